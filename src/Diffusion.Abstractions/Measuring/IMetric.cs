namespace Diffusion;

/// <summary>A measure of how far samples are from the reference. Smaller is better.</summary>
public interface IMetric
{
    /// <summary>Compares samples with the reference; usually one value.</summary>
    IReadOnlyList<MetricValue> Measure(MetricInput input);
}
