using System.Text.Json.Serialization;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Judging;

/// <summary>One comparison of a claim, judged.</summary>
public sealed record JudgedComparison
{
    /// <summary>Which: what sets it apart from the others of the claim; "" for the only one.</summary>
    public required string Place { get; init; }

    /// <summary>What is claimed of the value, for people: "in [0, 0.001]".</summary>
    public required string Claimed { get; init; }

    /// <summary>The value: a mean, a difference of means, an order, Kendall's τ, a distance of samples; null where there is none.</summary>
    public double? Value { get; init; }

    /// <summary>Where the value lies, at the confidence that the correction for all claims leaves this one; null where nothing tells.</summary>
    public Interval? Interval { get; init; }

    /// <summary>The confidence of <see cref="Interval"/>; null where it holds without chance.</summary>
    public double? Confidence { get; init; }

    /// <summary>How many repeats it comes from.</summary>
    public required int Repeats { get; init; }

    /// <summary>Whether the value is computed rather than drawn, so that its interval holds without chance.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsComputed { get; init; }

    /// <summary>What it comes to, by itself.</summary>
    public required ClaimVerdict Verdict { get; init; }

    /// <summary>What would decide it where it is undecided, and why there is no value; null otherwise.</summary>
    public string? Decides { get; init; }

    /// <summary>How many repeats would decide it with a chance of 80 %; null where it is decided, or not by repeats.</summary>
    public int? RepeatsNeeded { get; init; }
}
