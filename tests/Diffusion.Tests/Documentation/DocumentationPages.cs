using System.Text.RegularExpressions;

namespace Diffusion.Tests.Documentation;

/// <summary>The pages that readers see, and what stands in them.</summary>
internal static partial class DocumentationPages
{
    /// <summary>README and all pages under <c>docs</c>, relative to the repository's root.</summary>
    public static IEnumerable<string> All =>
        Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Prepend(Path.Combine(Repository.Root, "README.md"))
            .Select(file => Path.GetRelativePath(Repository.Root, file))
            .Order(StringComparer.Ordinal);

    /// <summary>The text of a page.</summary>
    public static string Read(string page) => File.ReadAllText(Path.Combine(Repository.Root, page));

    /// <summary>Fenced blocks of a page, in order: what stands after the fence, and the lines within.</summary>
    public static IEnumerable<(string Language, string Text)> Blocks(string page) =>
        FencedBlock().Matches(Read(page)).Select(match => (match.Groups["language"].Value.Trim(), match.Groups["text"].Value));

    [GeneratedRegex("""^```(?<language>[^\n]*)\n(?<text>.*?)^```\s*$""", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FencedBlock();
}
