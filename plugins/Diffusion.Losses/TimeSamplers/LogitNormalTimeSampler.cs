using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MathNet.Numerics.Distributions;

namespace Diffusion.Losses;

/// <summary>Options of <see cref="LogitNormalTimeSampler"/>.</summary>
public sealed record LogitNormalTimeSamplerOptions : ComponentOptions
{
    /// <summary>m.</summary>
    [Description("Mean of the logit of the time; above 0 leans towards noise.")]
    [Range(-100.0, 100.0)]
    public double Mean { get; init; }

    /// <summary>s.</summary>
    [Description("Standard deviation of the logit of the time.")]
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double StandardDeviation { get; init; } = 1;
}

/// <summary>Times whose logit is normal: the middle of the path is visited more often than its ends, as Stable Diffusion 3 trains.</summary>
/// <remarks>
/// <code>
/// t = t_min + (T − t_min)/(1 + e^(−z)),     z ~ N(m, s²)
/// </code>
/// For the rectified flow σ̂ = t/(1 − t), so up to the ends of the range log σ̂ = z: there it is <see cref="LogNormalTimeSampler"/>.
/// </remarks>
[Component(ComponentKind.TimeSampler, "logit-normal", "logit(t) normal, as Stable Diffusion 3 trains",
    Reference = "Esser et al. 2024, Scaling Rectified Flow Transformers for High-Resolution Image Synthesis, equation 19")]
public sealed class LogitNormalTimeSampler(LogitNormalTimeSamplerOptions options) : ITimeSampler
{
    /// <inheritdoc/>
    public double Time(double u, NoiseSchedule schedule)
    {
        double z = options.Mean + (options.StandardDeviation * Normal.InvCDF(0, 1, u));
        double share = 1 / (1 + Math.Exp(-z));
        return ((1 - share) * schedule.MinimumTime) + (share * schedule.Horizon);
    }
}
