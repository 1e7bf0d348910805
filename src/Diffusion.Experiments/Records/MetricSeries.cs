namespace Diffusion.Experiments.Records;

/// <summary>One measured quantity: the same name, by the same metric with the same options.</summary>
/// <param name="Name">The name of its values.</param>
/// <param name="Source">What they come from; null in records that do not say.</param>
public readonly record struct MetricSeries(string Name, MetricSource? Source)
{
    /// <summary>That of a value, as its record states it.</summary>
    public static MetricSeries StatedBy(MetricValue value) => new(value.Name, value.Source);
}
