namespace Diffusion.Experiments.Forecasting;

/// <summary>What asking a metric costs.</summary>
/// <param name="First">When nothing is known of what it is asked about: of the reference rows, of the sampler.</param>
/// <param name="Later">When it has been asked about the same before.</param>
/// <param name="Sharing">What is then known.</param>
internal sealed record MetricCurves(CostCurve First, CostCurve Later, MetricSharing Sharing)
{
    /// <summary>Whether curves are over a run's steps, rather than over its samples.</summary>
    public bool IsBySteps => Sharing == MetricSharing.Law;

    /// <summary>Seconds that a process takes once, before the first time: code is compiled, libraries set themselves up.</summary>
    public double Cold { get; init; }

    /// <summary>Of a metric that is not computed here.</summary>
    public static MetricCurves None { get; } = new(CostCurve.Nothing, CostCurve.Nothing, MetricSharing.Nothing);
}
