namespace Diffusion.Experiments.Running;

/// <summary>What is known of a cell's metric before anything runs.</summary>
/// <param name="Source">The metric and its options, or the study.</param>
/// <param name="Objection">Why it is n/a; null where it is not.</param>
/// <param name="Values">The values that it will return; null where that is not known.</param>
/// <param name="MeasuresSamples">Whether an exact sampler has these values, too.</param>
internal sealed record DeclaredMetric(MetricSource Source, string? Objection, IReadOnlyList<DeclaredValue>? Values, bool MeasuresSamples);
