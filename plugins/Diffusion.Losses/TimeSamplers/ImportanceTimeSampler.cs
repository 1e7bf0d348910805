using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Losses;

/// <summary>Options of <see cref="ImportanceTimeSampler"/>.</summary>
public sealed record ImportanceTimeSamplerOptions : ComponentOptions
{
    /// <summary>q.</summary>
    [Description("The distribution of times that the objective is an average over: uniform or log-snr.")]
    public ImportanceBase Base { get; init; }

    /// <summary>K.</summary>
    [Description("Bands of equal width in log(alpha/sigma) whose losses are measured.")]
    [Range(2, 1000)]
    public int Bands { get; init; } = 20;

    /// <summary>Losses that must be measured in a band before it is drawn more or less often than in the objective.</summary>
    [Description("Losses that must be measured in a band before it is drawn more or less often than in the objective.")]
    [Range(1, 100_000)]
    public int History { get; init; } = 10;

    /// <summary>ρ.</summary>
    [Description("How much of a band's mean squared loss is kept with every further loss that is measured in it.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Memory { get; init; } = 0.99;

    /// <summary>ω.</summary>
    [Description("Share of the draws that stay with the objective's own distribution; importance weights are at most its inverse.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double UniformShare { get; init; } = 0.001;
}

/// <summary>Times drawn where the loss is large, with the weights that leave the objective as it is: less variance for the same mean.</summary>
/// <remarks>
/// With q_k the objective's probability of band k and E_k[L²] the measured second moment of the weighted loss there,
/// <code>
/// p_k = (1 − ω) q_k √E_k[L²] / Σ_j q_j √E_j[L²] + ω q_k,     importance weight q_k/p_k
/// </code>
/// which for ω = 0 has the least variance of all choices of p (Cauchy–Schwarz). Bands not measured yet keep q_k and the others share the rest. Within a
/// band times are the objective's own, and t grows with u, so that batches can be stratified. E_k[L²] depends on past losses only, so every step's
/// gradient is unbiased. Deviations from the paper: bands of λ instead of each of 1000 discrete times, and a fading mean of L² instead of the
/// last ten values.
/// </remarks>
[Component(ComponentKind.TimeSampler, "importance", "Times drawn in proportion to the measured root mean square loss, reweighted",
    Reference = "Nichol & Dhariwal 2021, Improved Denoising Diffusion Probabilistic Models, equation 18", Aliases = ["loss-second-moment"])]
public sealed class ImportanceTimeSampler(ImportanceTimeSamplerOptions options) : ITimeSampler
{
    private readonly ITimeSampler _base = options.Base == ImportanceBase.LogSnr ? new LogSnrTimeSampler() : new UniformTimeSampler();

    /// <inheritdoc/>
    public double Time(double u, NoiseSchedule schedule) => _base.Time(u, schedule);

    /// <inheritdoc/>
    public ITimeSamplingSession Start(NoiseSchedule schedule) => new ImportanceSession(options, _base, schedule);
}
