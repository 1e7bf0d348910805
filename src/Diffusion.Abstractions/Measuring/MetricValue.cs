namespace Diffusion;

/// <summary>A measured number.</summary>
/// <param name="Name">Metric name, fit for a tracker's key.</param>
/// <param name="Value">The estimate. One that is not finite is no result: the engine reports it as the metric's failure.</param>
/// <param name="StandardError">Standard error of the estimate over the draw of samples, where there is a formula for it.</param>
/// <param name="Count">Number of samples behind it.</param>
public sealed record MetricValue(string Name, double Value, double? StandardError, long Count)
{
    /// <summary>What good values are like.</summary>
    public MetricGoal Goal { get; init; } = MetricGoal.Smaller;

    /// <summary>The metric and its options. The engine fills it in; null in records that are older than it.</summary>
    public MetricSource? Source { get; init; }
}
