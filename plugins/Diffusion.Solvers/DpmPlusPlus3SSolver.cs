using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>DPM-Solver++(3S), single-step on the data prediction. Order 3, three evaluations a step.</summary>
/// <remarks>
/// Lu et al. 2022b, "DPM-Solver++: fast solver for guided sampling of diffusion probabilistic models": DPM-Solver-3 on the data prediction. With
/// h = λ_t − λ_s, m₁ and m₂ at λ_s + r₁ h and λ_s + r₂ h, and the differences E₁ = D(u₁, m₁) − D_s, E₂ = D(u₂, m₂) − D_s:
/// <code>
/// u₁  = (σ_1/σ_s) x_s + α_1 (1 − e^(−r₁ h)) D_s
/// u₂  = (σ_2/σ_s) x_s + α_2 (1 − e^(−r₂ h)) D_s + α_2 (r₂/r₁) (1 − (1 − e^(−r₂ h))/(r₂ h)) E₁
/// x_t = (σ_t/σ_s) x_s + α_t (1 − e^(−h)) D_s + (α_t/r₂) (1 − (1 − e^(−h))/h) E₂          dpm-solver
/// </code>
/// taylor integrates the parabola of λ through all three. A step to σ = 0 is that of DDIM: 3N − 2 evaluations. The process must not start at α = 0.
/// </remarks>
[Component(ComponentKind.Solver, "dpmpp-3s", "DPM-Solver++(3S), single-step on the data prediction: order 3, three evaluations per step",
    Reference = "Lu et al. 2022b, as in the authors' code")]
[Variant("variant=taylor")]
public sealed class DpmPlusPlus3SSolver(ThirdOrderSingleStepOptions options) : SingleStepSolver(options.Order, evaluations: 3)
{
    /// <inheritdoc/>
    public override Tensor Step(in SolverStep step, IDenoiser denoiser) =>
        ExponentialForm.Data.StepThird(options.Variant, options.R1, options.R2, step, denoiser);
}
