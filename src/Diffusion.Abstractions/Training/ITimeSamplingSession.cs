namespace Diffusion;

/// <summary>
/// The times of one training run. What it learns from the losses is its own state, so a sampler serves many runs; the same draws and losses in the
/// same order give the same times.
/// </summary>
public interface ITimeSamplingSession
{
    /// <summary>Whether <see cref="Observe"/> is to be called: it costs a transfer from the device every step.</summary>
    bool LearnsFromLosses { get; }

    /// <summary>The time at quantile <paramref name="u"/> in (0, 1) of the distribution as it stands, growing with u.</summary>
    TimeDraw Draw(double u);

    /// <summary>The losses at the times of the last batch: weighted by noise level, not by importance. Called once a step.</summary>
    void Observe(ReadOnlySpan<double> times, ReadOnlySpan<double> losses);
}
