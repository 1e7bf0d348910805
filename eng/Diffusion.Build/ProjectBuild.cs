using System.Text.Json;
using System.Text.RegularExpressions;

namespace Diffusion.Build;

/// <summary>Builds a solution with progress, and explains a failure.</summary>
internal static partial class ProjectBuild
{
    /// <summary>Builds in the Release configuration.</summary>
    /// <param name="clone">The clone.</param>
    /// <param name="solution">A solution or solution filter.</param>
    /// <param name="properties">MSBuild properties, as in <c>-p:Name=Value</c>.</param>
    /// <returns>0, or 2 after the reason was written to standard error.</returns>
    public static int Run(Clone clone, string solution, params string[] properties)
    {
        List<string> lines = [];
        BuildProgress progress = new(Console.Error, CountProjects(solution), !Console.IsErrorRedirected, TimeProvider.System);
        int code;
        using (Timer timer = new(_ => { lock (lines) progress.Tick(); }, null, 1000, 1000))
        {
            code = DotnetProcess.Run(
                clone.Root,
                ["build", solution, "--configuration", "Release", "--nologo", "--verbosity", "minimal", "-tl:off", .. properties],
                line =>
                {
                    lock (lines)
                    {
                        lines.Add(line);
                        progress.Take(line);
                    }
                });
        }

        lock (lines)
            progress.End();
        if (code == 0)
            return 0;
        Console.Error.WriteLine($"diffusion: the build failed: {BuildFailure.Explain(lines, clone.Root)}");
        return 2;
    }

    private static int CountProjects(string solution)
    {
        string text = File.ReadAllText(solution);
        if (!solution.EndsWith(".slnf", StringComparison.Ordinal))
            return SolutionProject().Count(text);
        using JsonDocument filter = JsonDocument.Parse(text);
        return filter.RootElement.GetProperty("solution").GetProperty("projects").GetArrayLength();
    }

    [GeneratedRegex(@"^Project\(.*\.csproj""", RegexOptions.Multiline)]
    private static partial Regex SolutionProject();
}
