namespace Diffusion.Losses;

/// <summary>Times drawn uniformly.</summary>
/// <remarks>t = t_min + u (T − t_min). Song et al. 2021, eq. 7, with their cut-off near the data.</remarks>
[Component(ComponentKind.TimeSampler, "uniform", "Uniform in time",
    Reference = "Song et al. 2021, eq. 7")]
public sealed class UniformTimeSampler : ITimeSampler
{
    /// <inheritdoc/>
    public double Time(double u, NoiseSchedule schedule) => ((1 - u) * schedule.MinimumTime) + (u * schedule.Horizon);
}
