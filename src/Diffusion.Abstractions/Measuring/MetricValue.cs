namespace Diffusion;

/// <summary>A measured number.</summary>
/// <param name="Name">Metric name, fit for a tracker's key.</param>
/// <param name="Value">The estimate.</param>
/// <param name="StandardError">Standard error of the estimate over the draw of samples, where there is a formula for it.</param>
/// <param name="Count">Number of samples behind it.</param>
public sealed record MetricValue(string Name, double Value, double? StandardError, long Count);
