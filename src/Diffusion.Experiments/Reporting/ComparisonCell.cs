using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Reporting;

/// <summary>One entry of a comparison: the repeats of one configuration.</summary>
/// <param name="Estimate">Mean and standard error over the repeats, or the trained networks, that finished; null when none did.</param>
/// <param name="Evaluations">NFE, the mean over repeats; null when none finished.</param>
/// <param name="Diverged">Repeats that diverged.</param>
/// <param name="Failed">Repeats that failed.</param>
/// <param name="NotApplicable">Repeats whose parts do not fit together.</param>
public sealed record ComparisonCell(Estimate? Estimate, double? Evaluations, int Diverged, int Failed, int NotApplicable = 0)
{
    /// <summary>Marks entries that <see cref="IsAsExact"/>.</summary>
    public const string ExactMark = "≈";

    /// <summary>Whether its values are not distinguishable from those of an exact sampler, or better: the interval of the paired differences says so.</summary>
    public bool IsAsExact { get; init; }

    /// <summary>
    /// Entry for people: "0.184 ± 0.012 n=4 @19" (four repeats, 19 evaluations), "diverged", "failed", "n/a"; "≈" where it is as an exact sampler's.
    /// A computed value stands without n.
    /// </summary>
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
        if (Estimate is null)
            return trouble;
        string cost = Evaluations is null ? "" : FormattableString.Invariant($" @{Evaluations:0.#}");
        // Repeats of a computed value are one value.
        string count = Estimate.Value.IsComputed ? "" : FormattableString.Invariant($" n={Estimate.Value.Count}");
        return FormattableString.Invariant($"{Estimate}{count}{cost}{trouble}{(IsAsExact ? $" {ExactMark}" : "")}");
    }
}
