using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>DPM-Solver++(2S), single-step on the data prediction. Order 2, two evaluations a step.</summary>
/// <remarks>
/// Lu et al. 2022b, "DPM-Solver++: fast solver for guided sampling of diffusion probabilistic models", algorithm 1. With h = λ_t − λ_s and m at
/// λ_s + r₁ h:
/// <code>
/// u   = (σ_m/σ_s) x_s + α_m (1 − e^(−r₁ h)) D_s
/// x_t = (σ_t/σ_s) x_s + α_t (1 − e^(−h)) D_s + α_t c (D(u, m) − D_s)/r₁
/// c   = ½ (1 − e^(−h))           dpm-solver
///     = 1 − (1 − e^(−h))/h       taylor
/// </code>
/// k-diffusion's "dpmpp_2s_ancestral" and "dpmpp_sde" without noise. A step to σ = 0 is DDIM's: 2N − 1 evaluations. The process must not start
/// at α = 0.
/// </remarks>
[Component(ComponentKind.Solver, "dpmpp-2s", "DPM-Solver++(2S), single-step on the data prediction: order 2, two evaluations per step",
    Reference = "Lu et al. 2022b, algorithm 1")]
[Variant("variant=taylor")]
public sealed class DpmPlusPlus2SSolver(SecondOrderSingleStepOptions options) : SingleStepSolver(order: 2, evaluations: 2)
{
    /// <inheritdoc/>
    public override Tensor Step(in SolverStep step, IDenoiser denoiser) => ExponentialForm.Data.StepSecond(options.Variant, options.R1, step, denoiser);
}
