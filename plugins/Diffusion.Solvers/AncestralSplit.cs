namespace Diffusion.Solvers;

/// <summary>
/// How an ancestral step reaches a level: a deterministic part down to less noise than the level has, and fresh noise that makes up for it.
/// </summary>
/// <param name="Down">σ_down, what the deterministic part leaves at the level's α.</param>
/// <param name="Up">σ_up, the fresh noise: σ_down² + σ_up² = σ_t².</param>
/// <remarks>
/// σ_up² = min(1, η² (1 − (α_s σ_t / α_t σ_s)²)) σ_t²: at η = 1 the variance of q(x_t | x_s, x_0). If the deterministic part were exact, the step
/// would keep the marginal exactly, whatever η.
/// </remarks>
internal readonly record struct AncestralSplit(double Down, double Up)
{
    public static AncestralSplit Between(NoiseLevel from, NoiseLevel to, double eta)
    {
        double ratio = from.Alpha * to.Sigma / (to.Alpha * from.Sigma);
        double freshShare = Math.Min(1, eta * eta * (1 - ratio) * (1 + ratio));
        return new(to.Sigma * Math.Sqrt(1 - freshShare), to.Sigma * Math.Sqrt(freshShare));
    }
}
