using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Reporting;

/// <summary>One entry of a comparison: the repeats of one configuration.</summary>
/// <param name="Estimate">Mean and standard error over the repeats that finished; null when none did.</param>
/// <param name="Evaluations">NFE, the mean over repeats; null when none finished.</param>
/// <param name="Diverged">Repeats that diverged.</param>
/// <param name="Failed">Repeats that failed.</param>
/// <param name="NotApplicable">Repeats whose parts do not fit together.</param>
public sealed record ComparisonCell(Estimate? Estimate, double? Evaluations, int Diverged, int Failed, int NotApplicable = 0)
{
    /// <summary>Entry for people: "0.184 ± 0.012 n=4 @19" (four repeats, 19 evaluations), "diverged", "failed", "n/a".</summary>
    public override string ToString()
    {
        if (NotApplicable > 0)
            return "n/a";

        string trouble = (Diverged, Failed) switch
        {
            (0, 0) => "",
            ( > 0, 0) => Estimate is null ? "diverged" : $" ({Diverged} diverged)",
            _ => Estimate is null ? "failed" : $" ({Failed} failed)",
        };
        return Estimate is null ? trouble : FormattableString.Invariant($"{Estimate} n={Estimate.Value.Count} @{Evaluations:0.#}{trouble}");
    }
}
