using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="DdpmSolver"/>.</summary>
public sealed record DdpmOptions : ComponentOptions
{
    [Description("Variance of the fresh noise: 0 is the posterior's (fixed small), 1 is beta (fixed large), between them the geometric mean of that weight.")]
    [Range(0.0, 1.0)]
    public double Variance { get; init; }
}

/// <summary>Ancestral sampling of the reversed Markov chain. Weak order 1, one evaluation a step.</summary>
/// <remarks>
/// Ho, Jain &amp; Abbeel 2020, "Denoising diffusion probabilistic models", eq. 7 and section 3.2; the interpolation is Nichol &amp; Dhariwal
/// 2021, eq. 15. With a = α_s/α_t and β = σ_s² − a² σ_t² the scale and the variance of q(x_s | x_t):
/// <code>
/// x_t = (x_s + β s(x_s, s))/a + √(β^v β̃^(1 − v)) z,   β̃ = β σ_t²/σ_s²
/// </code>
/// At v = 0 this is DDIM with η = 1. A step to σ = 0 draws no noise, whatever v.
/// </remarks>
[Component(ComponentKind.Solver, "ddpm", "Ancestral sampling of the reversed chain: order 1, one evaluation per step",
    Reference = "Ho, Jain & Abbeel 2020, eq. 7", Aliases = ["ancestral"])]
[Variant("variance=1")]
public sealed class DdpmSolver(DdpmOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new() { Order = 1, StrongOrder = 1, IsStochastic = true };

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        double scale = from.Alpha / to.Alpha;
        double beta = Transition.Variance(from, to);
        double remaining = to.Sigma / from.Sigma;

        // (x + β s)/a without the division, which has no bound at α_s = 0.
        Tensor mean = denoiser.Predict(step.X, from).Combine(
            _ => scale * remaining * remaining, _ => to.Alpha * beta / (from.Sigma * from.Sigma), _ => 0);
        double fresh = to.IsClean ? 0 : Math.Sqrt(beta) * Math.Pow(remaining, 1 - options.Variance);
        return mean.AddIncrement(step, fresh);
    }
}
