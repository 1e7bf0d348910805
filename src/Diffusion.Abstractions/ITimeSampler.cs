namespace Diffusion;

/// <summary>Which times a training run visits, as an inverse distribution function.</summary>
public interface ITimeSampler
{
    /// <summary>The time at quantile <paramref name="u"/> in (0, 1), within the schedule's [MinimumTime, Horizon].</summary>
    double Time(double u, NoiseSchedule schedule);
}
