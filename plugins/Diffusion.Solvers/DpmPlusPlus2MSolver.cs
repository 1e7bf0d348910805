using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>DPM-Solver++(2M): exponential Adams-Bashforth in λ on the data prediction. Order 2, one evaluation a step.</summary>
/// <remarks>
/// Lu et al. 2022b, "DPM-Solver++: fast solver for guided sampling of diffusion probabilistic models", algorithm 2. With h = λ_t − λ_s and
/// p the level before s:
/// <code>
/// x_t = (σ_t/σ_s) x_s + α_t (1 − e^(−h)) D_s + α_t c (D_s − D_p) h/(λ_s − λ_p)
/// c   = ½ (1 − e^(−h))                     midpoint, the paper's
///     = 1 − (1 − e^(−h))/h                 taylor
/// </code>
/// The first step has no p and a step to σ = 0 no finite h: both leave the last term out and are DDIM's (η = 0); so is the very last
/// with <c>lowerOrderFinal</c>.
/// </remarks>
[Component(ComponentKind.Solver, "dpmpp-2m", "DPM-Solver++(2M), multistep on the data prediction: order 2, one evaluation per step",
    Reference = "Lu et al. 2022b, algorithm 2")]
[Variant("correction=taylor")]
public sealed class DpmPlusPlus2MSolver(SecondOrderMultistepOptions options)
    : MultistepSolver(order: 2, StartUp.Ramp, options.LowerOrderFinal)
{
    private protected override Tensor Advance(in SolverStep step, IReadOnlyList<Evaluation> estimates) =>
        ExponentialForm.Data.Second(options.Correction, step.To, estimates);
}
