using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>DPM-Solver-3, single-step on the noise prediction. Order 3, three evaluations a step.</summary>
/// <remarks>
/// Lu et al. 2022a, "DPM-Solver: a fast ODE solver for diffusion probabilistic model sampling in around 10 steps", algorithms 2 and 5. With
/// h = λ_t − λ_s, m₁ and m₂ at λ_s + r₁ h and λ_s + r₂ h, and the differences D₁ = ε̂(u₁, m₁) − ε̂_s, D₂ = ε̂(u₂, m₂) − ε̂_s:
/// <code>
/// u₁  = (α_1/α_s) x_s − σ_1 (e^(r₁ h) − 1) ε̂_s
/// u₂  = (α_2/α_s) x_s − σ_2 (e^(r₂ h) − 1) ε̂_s − σ_2 (r₂/r₁) ((e^(r₂ h) − 1)/(r₂ h) − 1) D₁
/// x_t = (α_t/α_s) x_s − σ_t (e^h − 1) ε̂_s − (σ_t/r₂) ((e^h − 1)/h − 1) D₂          dpm-solver
/// </code>
/// taylor integrates the parabola of λ through all three. A step to σ = 0 is that of DDIM: 3N − 2 evaluations. The process must not start at α = 0.
/// </remarks>
[Component(ComponentKind.Solver, "dpm-solver-3", "DPM-Solver-3, single-step on the noise prediction: order 3, three evaluations per step",
    Reference = "Lu et al. 2022a, algorithm 5")]
[Variant("variant=taylor")]
public sealed class DpmSolver3Solver(ThirdOrderSingleStepOptions options) : SingleStepSolver(options.Order, evaluations: 3)
{
    /// <inheritdoc/>
    public override Tensor Step(in SolverStep step, IDenoiser denoiser) =>
        ExponentialForm.Noise.StepThird(options.Variant, options.R1, options.R2, step, denoiser);
}
