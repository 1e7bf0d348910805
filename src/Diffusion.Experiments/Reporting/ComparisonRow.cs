namespace Diffusion.Experiments.Reporting;

/// <summary>One row of a <see cref="Comparison"/>.</summary>
/// <param name="Labels">Values of the row axes.</param>
/// <param name="Cells">Entries, one a column; null where the sweep has no such cell (or it has not run).</param>
public sealed record ComparisonRow(IReadOnlyList<string> Labels, IReadOnlyList<ComparisonCell?> Cells);
