namespace Diffusion.Tests.Running;

/// <summary>A metric that gives three numbers, of which one may be said to be no number.</summary>
[Component(ComponentKind.Metric, "non-finite", "A metric that overflows")]
public sealed class NonFiniteMetric(NonFiniteMetricOptions options) : IMetric
{
    public IReadOnlyList<MetricValue> Measure(MetricInput input) =>
    [
        new("sound", 1, 0.5, 1),
        new("vague", 2, double.NaN, 1),
        new("overflowing", options.Overflow switch { Overflow.Undefined => double.NaN, Overflow.Infinite => double.NegativeInfinity, _ => 3 }, null, 1),
    ];
}
