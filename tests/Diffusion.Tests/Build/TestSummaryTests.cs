using Diffusion.Build;
using Xunit;

namespace Diffusion.Tests.Build;

/// <summary>The closing line of the test command, which continuous integration reads.</summary>
public sealed class TestSummaryTests
{
    private static string Line(int exitCode, params string[] lines)
    {
        TestSummary summary = new();
        foreach (string line in lines)
            summary.Take(line);
        return summary.Line(exitCode);
    }

    [Fact]
    public void A_good_run_counts_its_tests() =>
        Assert.Equal(
            "12 passed, 0 failed",
            Line(0, "  total: 3", "Test run summary: Passed!", "  total: 12", "  failed: 0", "  succeeded: 12", "  skipped: 0", "  duration: 1s 2ms"));

    [Fact]
    public void Failures_and_skips_are_told_apart() =>
        Assert.Equal("9 passed, 2 failed, 1 skipped", Line(2, "Test run summary: Failed!", "  total: 12", "  failed: 2", "  succeeded: 9", "  skipped: 1"));

    [Fact]
    public void A_crashed_host_is_a_failure_beside_the_others() =>
        Assert.Equal("9 passed, 3 failed", Line(1, "Test run summary: Failed!", "  error: 1", "  total: 11", "  failed: 2", "  succeeded: 9", "  skipped: 0"));

    [Fact]
    public void A_run_that_fails_without_saying_why_is_a_failure() =>
        Assert.Equal("0 passed, 1 failed", Line(134, "nothing that looks like a summary"));

    [Fact]
    public void What_tests_print_is_not_counted() =>
        Assert.Equal("1 passed, 0 failed", Line(0, "  failed: 7", "Test run summary: Passed!", "  total: 1", "  failed: 0", "  succeeded: 1", "  skipped: 0"));
}
