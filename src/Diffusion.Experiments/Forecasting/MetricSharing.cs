namespace Diffusion.Experiments.Forecasting;

/// <summary>What cells share of the work of a metric.</summary>
internal enum MetricSharing
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>What it works out from the reference rows: the cells of one repeat.</summary>
    Reference,

    /// <summary>The law of the sampler: the repeats of one configuration.</summary>
    Law,

    /// <summary>Reference paths of a deterministic method: the cells of one repeat with one equation.</summary>
    Paths,

    /// <summary>Reference paths of a stochastic method: the cells of one repeat with one equation and method.</summary>
    PathsOfMethod,
}
