namespace Diffusion;

/// <summary>What a measured number comes from. Numbers of one name are the same quantity only where their sources are equal.</summary>
/// <param name="Metric">The metric's name in manifests.</param>
/// <param name="Options">All its options with their values as a JSON object, defaults included, files as their digests.</param>
public sealed record MetricSource(string Metric, string Options);
