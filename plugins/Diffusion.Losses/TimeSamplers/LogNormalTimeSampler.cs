using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MathNet.Numerics.Distributions;

namespace Diffusion.Losses;

/// <summary>Options of <see cref="LogNormalTimeSampler"/>.</summary>
public sealed record LogNormalTimeSamplerOptions : ComponentOptions
{
    [Description("Mean of log(σ/α).")]
    [Range(-100.0, 100.0)]
    public double Mean { get; init; } = -1.2;

    [Description("Standard deviation of log(σ/α).")]
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double StandardDeviation { get; init; } = 1.2;
}

/// <summary>Times drawn so that the noise scale is log-normal: training spends itself where the loss can still be lowered.</summary>
/// <remarks>
/// Karras et al. 2022, "Elucidating the design space of diffusion-based generative models", table 1, in σ̂ = σ/α:  log σ̂ ~ N(mean, std²),
/// truncated (not clamped) to the schedule's range:  z = Φ⁻¹(Φ(a) + u (Φ(b) − Φ(a))), a and b the ends of the range in standard units.
/// </remarks>
[Component(ComponentKind.TimeSampler, "log-normal", "log(sigma/alpha) normal, as EDM trains",
    Reference = "Karras et al. 2022, table 1")]
public sealed class LogNormalTimeSampler(LogNormalTimeSamplerOptions options) : ITimeSampler
{
    /// <inheritdoc/>
    public double Time(double u, NoiseSchedule schedule)
    {
        double low = Standardize(schedule.At(schedule.MinimumTime));
        double high = Standardize(schedule.At(schedule.Horizon));

        // Above the mean the upper tail keeps the digits that 1 − Φ would lose; the range is mirrored to have it below.
        bool mirrored = low > 0;
        (double a, double b, double quantile) = mirrored ? (-high, -low, 1 - u) : (low, high, u);
        double lower = Normal.CDF(0, 1, a);
        double z = Normal.InvCDF(0, 1, lower + (quantile * (Normal.CDF(0, 1, b) - lower)));
        double halfLogSnr = -(options.Mean + (options.StandardDeviation * Math.Clamp(mirrored ? -z : z, low, high)));
        return Math.Clamp(schedule.TimeAt(halfLogSnr), schedule.MinimumTime, schedule.Horizon);
    }

    private double Standardize(NoiseLevel level) => (-level.HalfLogSnr - options.Mean) / options.StandardDeviation;
}
