namespace Diffusion;

/// <summary>Which way a metric's values get better.</summary>
public enum MetricDirection
{
    /// <summary>Smaller is better: distances, likelihoods as costs.</summary>
    Smaller,

    /// <summary>Larger is better: recall, coverage.</summary>
    Larger,

    /// <summary>Nearer to a target is better: the coverage of intervals, a ratio of variances.</summary>
    Nearer,
}
