using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>DPM-Solver-2, single-step on the noise prediction. Order 2, two evaluations a step.</summary>
/// <remarks>
/// Lu et al. 2022a, "DPM-Solver: a fast ODE solver for diffusion probabilistic model sampling in around 10 steps", algorithms 1 and 4. With
/// h = λ_t − λ_s and m at λ_s + r₁ h:
/// <code>
/// u   = (α_m/α_s) x_s − σ_m (e^(r₁ h) − 1) ε̂_s
/// x_t = (α_t/α_s) x_s − σ_t (e^h − 1) ε̂_s − σ_t c (ε̂(u, m) − ε̂_s)/r₁
/// c   = ½ (e^h − 1)          dpm-solver
///     = (e^h − 1)/h − 1      taylor
/// </code>
/// A step to σ = 0, where h has no bound, is DDIM's: 2N − 1 evaluations. The process must not start at α = 0.
/// </remarks>
[Component(ComponentKind.Solver, "dpm-solver-2", "DPM-Solver-2, single-step on the noise prediction: order 2, two evaluations per step",
    Reference = "Lu et al. 2022a, algorithm 4")]
[Variant("variant=taylor")]
public sealed class DpmSolver2Solver(SecondOrderSingleStepOptions options) : SingleStepSolver(order: 2, evaluations: 2)
{
    /// <inheritdoc/>
    public override Tensor Step(in SolverStep step, IDenoiser denoiser) => ExponentialForm.Noise.StepSecond(options.Variant, options.R1, step, denoiser);
}
