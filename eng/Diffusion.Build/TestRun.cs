namespace Diffusion.Build;

/// <summary><c>./diffusion test</c>: builds everything and runs the tests.</summary>
/// <param name="clone">The clone.</param>
internal sealed class TestRun(Clone clone)
{
    // What a test assembly answers that has no test of the group; not every one has.
    private const string NoTests = "8";

    /// <summary>
    /// Runs the fast group, or with <c>--slow</c> the slow one, or with <c>--all</c> both; with <c>--long</c> those that take an hour or more.
    /// </summary>
    /// <param name="arguments">The group, then arguments of <c>dotnet test</c>.</param>
    /// <returns>0 when every test passed, 1 when one failed, a test host crashed or there was none to run, 2 when the build failed.</returns>
    public int Run(string[] arguments)
    {
        (string[] group, string[] rest) = arguments switch
        {
            ["--slow", .. string[] more] => ((string[])["--filter-trait", "Category=Slow"], more),
            ["--long", .. string[] more] => (["--filter-trait", "Category=Long"], more),
            ["--all", .. string[] more] => (["--filter-not-trait", "Category=Long"], more),
            _ when arguments.Any(argument => argument.StartsWith("--filter", StringComparison.Ordinal)) => ([], arguments),
            _ => (["--filter-not-trait", "Category=Slow", "--filter-not-trait", "Category=Long"], arguments),
        };
        TestSummary summary = new();
        int code = ProjectBuild.Run(clone, clone.Solution);
        if (code == 0)
        {
            code = DotnetProcess.Run(
                clone.Root,
                [
                    "test", "--solution", clone.Solution, "--configuration", "Release", "--no-build", "--no-progress", "--ignore-exit-code", NoTests,
                    .. group, .. rest,
                ],
                line =>
                {
                    Console.WriteLine(line);
                    summary.Take(line);
                });
            code = code == 0 ? 0 : 1;
            if (code == 0 && summary is { Passed: 0, Failed: 0, Skipped: 0 })
            {
                Console.Error.WriteLine("diffusion: no test meets the filter.");
                code = 1;
            }
        }

        Console.WriteLine(summary.Line(code));
        return code;
    }
}
