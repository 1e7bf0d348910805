namespace Diffusion.Build;

/// <summary><c>./diffusion test</c>: builds everything and runs the tests.</summary>
/// <param name="clone">The clone.</param>
internal sealed class TestRun(Clone clone)
{
    /// <summary>Runs the fast group, or with <c>--slow</c> the slow one, or with <c>--all</c> both.</summary>
    /// <param name="arguments">The group, then arguments of <c>dotnet test</c>.</param>
    /// <returns>0 when every test passed, 1 when one failed or a test host crashed, 2 when the build failed.</returns>
    public int Run(string[] arguments)
    {
        (string[] group, string[] rest) = arguments switch
        {
            ["--slow", .. string[] more] => ((string[])["--filter-trait", "Category=Slow"], more),
            ["--all", .. string[] more] => ([], more),
            _ when arguments.Any(argument => argument.StartsWith("--filter", StringComparison.Ordinal)) => ([], arguments),
            _ => (["--filter-not-trait", "Category=Slow"], arguments),
        };
        TestSummary summary = new();
        int code = ProjectBuild.Run(clone, clone.Solution);
        if (code == 0)
        {
            code = DotnetProcess.Run(
                clone.Root,
                ["test", "--solution", clone.Solution, "--configuration", "Release", "--no-build", "--no-progress", "--minimum-expected-tests", "0", .. group, .. rest],
                line =>
                {
                    Console.WriteLine(line);
                    summary.Take(line);
                });
            code = code == 0 ? 0 : 1;
        }

        Console.WriteLine(summary.Line(code));
        return code;
    }
}
