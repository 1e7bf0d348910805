using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Euler's method in σ/α down to less noise than asked for, then fresh noise. Weak order 1, one evaluation a step.</summary>
/// <remarks>
/// Crowson's k-diffusion, sample_euler_ancestral, for any α and σ:
/// <code>
/// x_t = α_t D(x_s, s) + σ_down ε̂ + σ_up z
/// σ_up = min(σ_t, η σ_t √(1 − (α_s σ_t / α_t σ_s)²)),   σ_down² = σ_t² − σ_up²
/// </code>
/// At 0 ≤ η ≤ 1 this is DDIM of the same η. Holds at both ends: α_s = 0 and σ_t = 0.
/// </remarks>
[Component(ComponentKind.Solver, "euler-ancestral", "Euler's method with fresh noise at every level: order 1, one evaluation per step",
    Reference = "Song, Meng & Ermon 2021, eq. 16; k-diffusion")]
public sealed class EulerAncestralSolver(AncestralOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new()
    {
        Order = 1,
        StrongOrder = options.Eta > 0 ? 1 : null,
        IsStochastic = options.IsStochastic,
    };

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        AncestralSplit split = AncestralSplit.Between(step.From, step.To, options.Eta);
        Tensor next = denoiser.Predict(step.X, step.From).StateAt(step.To.Alpha, split.Down);
        return next.AddIncrement(step, options.NoiseScale * split.Up);
    }
}
