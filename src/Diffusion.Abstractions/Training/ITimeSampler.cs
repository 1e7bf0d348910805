namespace Diffusion;

/// <summary>Which times a training run visits, as an inverse distribution function.</summary>
public interface ITimeSampler
{
    /// <summary>
    /// The time at quantile <paramref name="u"/> in (0, 1), within the schedule's [MinimumTime, Horizon]: the distribution that the objective
    /// is an average over.
    /// </summary>
    double Time(double u, NoiseSchedule schedule);

    /// <summary>The times of one training run, for samplers that learn from its losses where to draw. As <see cref="Time"/> unless overridden.</summary>
    ITimeSamplingSession Start(NoiseSchedule schedule) => new FixedTimeSampling(this, schedule);
}
