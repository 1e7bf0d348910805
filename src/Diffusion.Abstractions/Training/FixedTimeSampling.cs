namespace Diffusion;

/// <summary>The session of a sampler that learns nothing.</summary>
internal sealed class FixedTimeSampling(ITimeSampler sampler, NoiseSchedule schedule) : ITimeSamplingSession
{
    public bool LearnsFromLosses => false;

    public TimeDraw Draw(double u) => new(sampler.Time(u, schedule), 1);

    public void Observe(ReadOnlySpan<double> times, ReadOnlySpan<double> losses)
    {
    }
}
