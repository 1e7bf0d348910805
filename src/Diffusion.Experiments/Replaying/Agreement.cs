using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Replaying;

/// <summary>How well numbers that were computed twice agree.</summary>
public enum Agreement
{
    /// <summary>To the last bit.</summary>
    Identical,

    /// <summary>As far as arithmetic in another order lets them: no further apart than <see cref="RoundingTolerance.ForType"/>.</summary>
    WithinRounding,

    /// <summary>No.</summary>
    Different,
}
