namespace Diffusion;

/// <summary>How residuals of different forms compare.</summary>
public static class ResidualFormExtensions
{
    /// <summary>
    /// The size of a residual in units of b = (ε̂ − ε)/α, which stays finite at both ends of the path:
    /// ε̂ − ε = α b, D − x_0 = −σ b, s + ε/σ = −(α/σ) b, v̂ − v = (α² + σ²) b, û − u = (α σ′ − α′ σ) b. Never negative.
    /// </summary>
    /// <param name="form">What the residual is of.</param>
    /// <param name="level">The noise level, given x_t = α x_0 + σ ε.</param>
    /// <param name="schedule">The process that the level is of; a velocity is per unit of its time.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such form.</exception>
    public static double Size(this ResidualForm form, NoiseLevel level, NoiseSchedule schedule) => form switch
    {
        ResidualForm.Noise => level.Alpha,
        ResidualForm.Data => level.Sigma,
        ResidualForm.Score => level.Alpha / level.Sigma,
        ResidualForm.V => (level.Alpha * level.Alpha) + (level.Sigma * level.Sigma),
        ResidualForm.Velocity => Math.Abs((level.Alpha * schedule.SigmaRate(level.T)) - (schedule.AlphaRate(level.T) * level.Sigma)),
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, "Not a form of residual."),
    };
}
