using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>DPM-Solver-2M, multistep on the noise prediction. Order 2, one evaluation a step.</summary>
/// <remarks>
/// The multistep form of DPM-Solver (Lu et al. 2022a) that the authors' code and diffusers' "dpmsolver" have: algorithm 2 of Lu et al. 2022b on
/// the noise prediction. With h = λ_t − λ_s and p the level before s:
/// <code>
/// x_t = (α_t/α_s) x_s − σ_t (e^h − 1) ε̂_s − σ_t c (ε̂_s − ε̂_p) h/(λ_s − λ_p)
/// c   = ½ (e^h − 1)          midpoint
///     = (e^h − 1)/h − 1      taylor
/// </code>
/// The first step has no p and a step to σ = 0 no finite h: both are DDIM's (η = 0); so is the very last with <c>lowerOrderFinal</c>.
/// </remarks>
[Component(ComponentKind.Solver, "dpm-solver-2m", "DPM-Solver-2M, multistep on the noise prediction: order 2, one evaluation per step",
    Reference = "Lu et al. 2022a, as in the authors' code")]
[Variant("correction=taylor")]
public sealed class DpmSolver2MSolver(SecondOrderMultistepOptions options)
    : MultistepSolver(order: 2, StartUp.Ramp, options.LowerOrderFinal)
{
    private protected override Tensor Advance(in SolverStep step, IReadOnlyList<Evaluation> estimates) =>
        ExponentialForm.Noise.Second(options.Correction, step.To, estimates);
}
