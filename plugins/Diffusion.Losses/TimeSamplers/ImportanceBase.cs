namespace Diffusion.Losses;

/// <summary>The distribution of times that the objective is an average over.</summary>
public enum ImportanceBase
{
    /// <summary>Uniform in time, see <see cref="UniformTimeSampler"/>.</summary>
    Uniform,

    /// <summary>Uniform in log(α/σ), see <see cref="LogSnrTimeSampler"/>.</summary>
    LogSnr,
}
