using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Experiments.Claims;

/// <summary>A value ranks the values of an axis as published numbers do.</summary>
[ClaimForm("rank-agreement", "A value ranks the values of an axis as the numbers of a file do: Kendall's τ is at least so much.")]
public sealed record RankAgreementClaim : Claim
{
    /// <summary>The fewest that can be ranked.</summary>
    internal const int FewestRanked = 3;

    /// <summary>The value.</summary>
    [Description("The value, as tables call it.")]
    public required string Metric { get; init; }

    /// <summary>The axis whose values are ranked.</summary>
    [Description("The axis whose values are ranked.")]
    public required string Over { get; init; }

    /// <summary>The file of the other ranking.</summary>
    [FilePath("JSON file")]
    [Description("A JSON file with an object of numbers, one for each value of the axis that is ranked; what it does not name is left out.")]
    public required string Reference { get; init; }

    /// <summary>The least that Kendall's τ is.</summary>
    [Range(-1, 1)]
    [Description("The least that Kendall's τ between both rankings is.")]
    public required double TauAtLeast { get; init; }

    internal override IReadOnlyList<string> Metrics => [Metric];

    internal override string Statement =>
        $"{Metric} ranks {Over} as {Path.GetFileName(Reference)}: τ ≥ {ClaimText.Show(TauAtLeast)}";
}
