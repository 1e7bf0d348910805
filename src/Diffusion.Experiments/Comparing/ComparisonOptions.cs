namespace Diffusion.Experiments.Comparing;

/// <summary>What is to be compared.</summary>
public sealed record ComparisonOptions
{
    /// <summary>The axis whose values are compared; null for the solver, or for the only axis that there is beside steps and evaluations.</summary>
    public string? By { get; init; }

    /// <summary>The value that all others are compared with; null to compare each with each.</summary>
    public string? Baseline { get; init; }

    /// <summary>The metric; null for the first.</summary>
    public string? Metric { get; init; }

    /// <summary>The costs that quality is set against.</summary>
    public IReadOnlyList<CostMeasure> Costs { get; init; } = CostMeasureExtensions.Usual;

    /// <summary>Filters on cells, as <c>solver=ddim*,steps=10</c>; several add up.</summary>
    public IReadOnlyList<string> Where { get; init; } = [];
}
