namespace Diffusion.Tests.Running;

/// <summary>Options of <see cref="NonFiniteMetric"/>.</summary>
public sealed record NonFiniteMetricOptions : ComponentOptions
{
    /// <summary>What its last number is.</summary>
    public Overflow Overflow { get; init; }
}
