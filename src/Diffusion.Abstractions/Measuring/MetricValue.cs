using System.Text.Json.Serialization;

namespace Diffusion;

/// <summary>A measured number.</summary>
/// <param name="Name">Metric name, fit for a tracker's key.</param>
/// <param name="Value">The estimate. One that is not finite is no result: the engine reports it as the metric's failure.</param>
/// <param name="StandardError">The error of the value, of the kind that <see cref="ErrorKind"/> says; null where there is no formula for it.</param>
/// <param name="Count">Number of samples behind it.</param>
public sealed record MetricValue(string Name, double Value, double? StandardError, long Count)
{
    /// <summary>What good values are like.</summary>
    public MetricGoal Goal { get; init; } = MetricGoal.Smaller;

    /// <summary>What the error covers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public MetricErrorKind ErrorKind { get; init; }

    /// <summary>How the value goes with a solver's steps; comparisons then set the observed order beside the declared one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public MetricConvergence Convergence { get; init; }

    /// <summary>The metric and its options. The engine fills it in; null in records that are older than it.</summary>
    public MetricSource? Source { get; init; }
}
