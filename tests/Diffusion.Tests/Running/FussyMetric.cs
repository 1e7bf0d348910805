using System.ComponentModel;
using TorchSharp;

namespace Diffusion.Tests.Running;

/// <summary>Options of <see cref="FussyMetric"/>.</summary>
public sealed record FussyMetricOptions : ComponentOptions
{
    [Description("The largest magnitude that it bears.")]
    public double Most { get; init; } = 1;
}

/// <summary>A metric of samples: the largest magnitude among them, which it does not bear beyond a limit.</summary>
[Component(ComponentKind.Metric, "fussy", "The largest magnitude of samples, up to a limit")]
public sealed class FussyMetric(FussyMetricOptions options) : IMetric
{
    /// <inheritdoc/>
    public bool MeasuresSamples => true;

    /// <inheritdoc/>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        double largest = input.Samples.abs().max().ToDouble();
        return largest <= options.Most
            ? [new MetricValue("fussy", largest, null, input.Samples.shape[0])]
            : throw new InvalidOperationException("too large to be borne");
    }
}
