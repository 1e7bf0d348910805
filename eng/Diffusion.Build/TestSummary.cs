using System.Globalization;
using System.Text.RegularExpressions;

namespace Diffusion.Build;

/// <summary>Counts tests from the summary that <c>dotnet test</c> ends with.</summary>
internal sealed partial class TestSummary
{
    private bool _inSummary;

    /// <summary>Tests that passed.</summary>
    public int Passed { get; private set; }

    /// <summary>Tests that failed.</summary>
    public int Failed { get; private set; }

    /// <summary>Tests that were skipped.</summary>
    public int Skipped { get; private set; }

    /// <summary>Takes a line of the output.</summary>
    public void Take(string line)
    {
        if (line.StartsWith("Test run summary:", StringComparison.Ordinal))
            _inSummary = true;
        if (!_inSummary || Count().Match(line) is not { Success: true } count)
            return;
        int number = int.Parse(count.Groups["number"].Value, CultureInfo.InvariantCulture);
        switch (count.Groups["what"].Value)
        {
            case "succeeded": Passed += number; break;
            // A test host that crashed is an error of its own beside the tests that failed.
            case "failed" or "error": Failed += number; break;
            case "skipped": Skipped += number; break;
        }
    }

    /// <summary>The closing line over all test assemblies.</summary>
    /// <param name="exitCode">What <c>dotnet test</c> returned: a run that failed without a failed test counts as one failure.</param>
    public string Line(int exitCode)
    {
        if (exitCode != 0 && Failed == 0)
            Failed = 1;
        return $"{Passed} passed, {Failed} failed{(Skipped > 0 ? $", {Skipped} skipped" : "")}";
    }

    [GeneratedRegex(@"^\s+(?<what>succeeded|failed|error|skipped): (?<number>\d+)\s*$")]
    private static partial Regex Count();
}
