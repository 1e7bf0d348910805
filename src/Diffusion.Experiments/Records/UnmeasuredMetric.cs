namespace Diffusion.Experiments.Records;

/// <summary>A metric that has no values in a cell.</summary>
/// <param name="Source">The metric and its options.</param>
/// <param name="Reason">Why, as a sentence that names it.</param>
/// <param name="IsFailure">Whether it should have had some; false where it does not apply, which was known before the cell ran.</param>
public sealed record UnmeasuredMetric(MetricSource Source, string Reason, bool IsFailure);
