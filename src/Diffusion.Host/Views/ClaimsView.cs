using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Reporting;
using Diffusion.Host.Processes;

namespace Diffusion.Host.Views;

/// <summary>What becomes of claims at the end of a command.</summary>
internal static class ClaimsView
{
    /// <summary>Says how many claims have failed or are undecided.</summary>
    /// <param name="error">Where it is said.</param>
    /// <param name="isStrict">Whether an undecided claim counts as a failure.</param>
    /// <param name="verdicts">The claims of one manifest or of several.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static int Conclude(TextWriter error, bool isStrict, params IReadOnlyList<ClaimVerdicts> verdicts)
    {
        int all = verdicts.Sum(one => one.Claims.Count), failed = verdicts.Sum(one => one.Count(ClaimVerdict.Failed)),
            undecided = verdicts.Sum(one => one.Count(ClaimVerdict.Undecided));
        if (failed > 0)
            error.WriteLine($"{failed} of {all} claims {(failed == 1 ? "has" : "have")} failed.");
        if (undecided > 0)
            error.WriteLine($"{undecided} of {all} claims {(undecided == 1 ? "is" : "are")} undecided; 'would decide' says what is missing"
                + $"{(isStrict ? "" : ", and --strict counts it as a failure")}.");
        return failed > 0 || (isStrict && undecided > 0) ? ExitCode.ClaimsFailed : ExitCode.Ok;
    }

    /// <summary>Writes the table of one manifest's claims.</summary>
    public static void Write(TextWriter output, ClaimVerdicts verdicts) => ReportView.Write(output, ClaimsReport.Section(verdicts));
}
