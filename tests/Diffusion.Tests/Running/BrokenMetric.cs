using System.ComponentModel;

namespace Diffusion.Tests.Running;

/// <summary>Options of <see cref="BrokenMetric"/>.</summary>
public sealed record BrokenMetricOptions : ComponentOptions
{
    /// <summary>The file whose presence breaks it.</summary>
    [Description("The file whose presence breaks it.")]
    public string Switch { get; init; } = "";
}

/// <summary>A metric that throws while a file is there.</summary>
[Component(ComponentKind.Metric, "broken", "Throws while a file is there")]
public sealed class BrokenMetric(BrokenMetricOptions options) : IMetric
{
    public IReadOnlyList<MetricValue> Measure(MetricInput input) =>
        File.Exists(options.Switch) ? throw new InvalidOperationException("the switch is on") : [new MetricValue("broken", 1, null, 1)];
}
