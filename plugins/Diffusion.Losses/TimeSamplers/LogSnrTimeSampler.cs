namespace Diffusion.Losses;

/// <summary>Times drawn so that the log signal-to-noise ratio is uniform: every decade of noise gets the same share.</summary>
/// <remarks>
/// λ = λ_min + u (λ_T − λ_min). As λ = −log σ̂ it is the log-uniform noise scale of the VE loss of Karras et al. 2022 (table 1), σ̂ =
/// σ_min (σ_max/σ_min)^u.
/// </remarks>
[Component(ComponentKind.TimeSampler, "log-snr", "Uniform in log(alpha/sigma)",
    Reference = "Kingma et al. 2021, Variational Diffusion Models, section 5", Aliases = ["log-uniform"])]
public sealed class LogSnrTimeSampler : ITimeSampler
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The schedule ends in pure noise (α = 0), where λ is infinite.</exception>
    public double Time(double u, NoiseSchedule schedule)
    {
        double atData = schedule.At(schedule.MinimumTime).HalfLogSnr;
        double atNoise = schedule.At(schedule.Horizon).HalfLogSnr;
        if (!double.IsFinite(atNoise))
        {
            throw new ArgumentException(
                "The log-snr time sampler needs a finite signal-to-noise ratio at the schedule's horizon, and this schedule has none left there; "
                    + "give it a smaller horizon.",
                nameof(schedule));
        }

        return Math.Clamp(schedule.TimeAt(((1 - u) * atData) + (u * atNoise)), schedule.MinimumTime, schedule.Horizon);
    }
}
