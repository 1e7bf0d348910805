namespace Diffusion;

/// <summary>A measure of samples, or of the model that made them, against the reference.</summary>
/// <remarks>
/// Changes nothing and disposes nothing that it was given. Says by <see cref="MetricValue.Goal"/> which way its values get better: smaller unless it says
/// otherwise. What it throws, and a value that is not finite, costs this metric alone; the others keep their values.
/// </remarks>
public interface IMetric
{
    /// <summary>
    /// Why the metric cannot be computed here (too few samples, say), as a clause to follow its name; null when it can. Asked before anything runs: a cell
    /// that has other metrics then goes without this one.
    /// </summary>
    string? Objection(MetricSetting setting) => null;

    /// <summary>
    /// Whether the value comes from samples and reference alone. A metric that says so is also asked about samples of the data's own distribution, whose
    /// value begins every table. One that looks at the model or the sampler says no, as every metric does unless it says otherwise.
    /// </summary>
    bool MeasuresSamples => false;

    /// <summary>
    /// The values that <see cref="Measure"/> may return here, so that what names one of them can be checked before anything runs. Null where they are not
    /// known beforehand, which is so unless a metric says otherwise.
    /// </summary>
    IReadOnlyList<DeclaredValue>? Declare(MetricSetting setting) => null;

    /// <summary>Compares samples with the reference; usually one value. The names of several differ.</summary>
    IReadOnlyList<MetricValue> Measure(MetricInput input);
}
