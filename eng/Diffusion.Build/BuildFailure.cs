using System.Text.RegularExpressions;

namespace Diffusion.Build;

/// <summary>Says in a line or a few why a build failed and what to do, from the lines that <c>dotnet build</c> wrote.</summary>
internal static partial class BuildFailure
{
    private const int Shown = 20;

    /// <summary>The reason. Causes that lie in the machine, not in the sources, get one line and a remedy.</summary>
    /// <param name="lines">What the build wrote.</param>
    /// <param name="root">The clone's folder.</param>
    public static string Explain(IReadOnlyCollection<string> lines, string root)
    {
        string[] errors = [.. lines.Where(line => Error().IsMatch(line)).Select(Short).Distinct()];
        bool Any(string pattern) => lines.Any(line => Regex.IsMatch(line, pattern, RegexOptions.IgnoreCase));

        if (Any("No space left on device|not enough space on the disk|disk full|Disk quota exceeded"))
            return $"the disk is full. A clone needs about 3 GB in '{root}' and 1 GB for packages. Free some space and run the command again; "
                + "it continues from here.";
        if (Any("A compatible .NET SDK was not found|NETSDK1045"))
            return "this project needs the .NET SDK 10 (see global.json). 'dotnet --list-sdks' shows which ones are installed.";
        if (errors.FirstOrDefault(line => line.Contains("There is no libtorch package", StringComparison.Ordinal)) is { } platform)
            return platform[platform.IndexOf("There is no libtorch package", StringComparison.Ordinal)..];
        if (Any(
            "NU1301|NU1101|NU1102|Unable to load the service index|Name or service not known|Connection refused|No such host|Network is unreachable|"
                + @"timed out.*\.nupkg"))
        {
            string source = lines.Select(line => Source().Match(line)).FirstOrDefault(match => match.Success)?.Value ?? "the configured package sources";
            return $"packages cannot be downloaded from {source}. Check the network ('dotnet nuget list source' shows the sources) and run the command again; "
                + "it continues from here.";
        }

        if (Any("package cache is damaged|End of Central Directory|package is missing|NU5037|NU3004|is corrupt|CS0009|CS0006.*[/\\\\]lib[/\\\\]"))
        {
            string cache = lines.Select(line => CachedPackage().Match(line))
                .FirstOrDefault(match => match.Success)?.Value ?? "the package's folder in the cache ('dotnet nuget locals global-packages --list')";
            return $"the package cache is damaged. Delete {cache} and run the command again, which downloads it anew.";
        }

        if (Any("Access to the path|Permission denied|Read-only file system"))
            return $"a file cannot be written: {errors.FirstOrDefault() ?? lines.First(line => Regex.IsMatch(line, "denied|Access to the path|Read-only"))}";
        return errors.Length > 0 ? string.Join('\n', errors.Take(Shown)) : string.Join('\n', lines.TakeLast(Shown));
    }

    // "file(1,2): error CS1: text [project]": the project is said by the file's folder.
    private static string Short(string line) => ProjectSuffix().Replace(line.Trim(), "");

    [GeneratedRegex(@"(^|[\s:)])error( [A-Z]+\d+)?\s*:", RegexOptions.IgnoreCase)]
    private static partial Regex Error();

    [GeneratedRegex(@"\s\[[^\]]+proj[^\]]*\]$")]
    private static partial Regex ProjectSuffix();

    [GeneratedRegex(@"https?://[^\s'""/]+")]
    private static partial Regex Source();

    [GeneratedRegex(@"[^\s'""]*[/\\]\.?(nuget[/\\])?packages[/\\][^/\\\s'""]+", RegexOptions.IgnoreCase)]
    private static partial Regex CachedPackage();
}
