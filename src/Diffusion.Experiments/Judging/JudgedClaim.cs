using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Diffusion.Experiments.Judging;

/// <summary>A claim, judged.</summary>
public sealed record JudgedClaim
{
    /// <summary>Where it stands in its manifest: "$.expect[0]".</summary>
    public required string Path { get; init; }

    /// <summary>What it says, for people.</summary>
    public required string Text { get; init; }

    /// <summary>It as it is stated.</summary>
    public required JsonNode Claim { get; init; }

    /// <summary>What it comes to.</summary>
    public required ClaimVerdict Verdict { get; init; }

    /// <summary>
    /// The p-value of the verdict's being wrong, corrected for all claims; of an undecided one, of the likelier verdict. Null where chance plays no part.
    /// </summary>
    public double? PValue { get; init; }

    /// <summary>
    /// After how many repeats it was last judged, where repeats go on until claims are decided: a verdict is that of the first look that reached one. Null
    /// where claims are judged once.
    /// </summary>
    public int? Look { get; init; }

    /// <summary>How many of its comparisons hold by themselves.</summary>
    public required int Held { get; init; }

    /// <summary>How many of its comparisons do not hold.</summary>
    public required int Failed { get; init; }

    /// <summary>How many of its comparisons are open.</summary>
    public required int Undecided { get; init; }

    /// <summary>Which of the comparisons decides, from 0: the one that fails most clearly, or else holds least clearly.</summary>
    public required int DecisiveIndex { get; init; }

    /// <summary>The comparison that decides.</summary>
    [JsonIgnore]
    public JudgedComparison Decisive => Comparisons[DecisiveIndex];

    /// <summary>All comparisons.</summary>
    public required IReadOnlyList<JudgedComparison> Comparisons { get; init; }
}
