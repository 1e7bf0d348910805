using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>DPM-Solver++(3M), multistep on the data prediction, with the coefficients that reach order 3. One evaluation a step.</summary>
/// <remarks>
/// The published formula (<see cref="DpmPlusPlus3MPublishedSolver"/>) multiplies φ₃, whose partner is the second derivative, by a second
/// difference, which is half of it, and converges with order 2. Here the parabola of λ through the last three estimates is integrated exactly:
/// <code>
/// x_t = (σ_t/σ_s) x_s + α_t Σ_j w_j D_j,   w_j = ∫_{λ_s}^{λ_t} e^(λ − λ_t) ℓ_j(λ) dλ
/// </code>
/// the exponential Adams-Bashforth method of order 3 (Hochbruck &amp; Ostermann 2010). A first step of order 1 would leave an error of O(h²) in
/// the whole run, so by default the first two steps are single-step DPM-Solver++ of order 2: N + 2 evaluations. The published formula is often
/// the better one with fewer than about 24 steps. A step to σ = 0 is DDIM's.
/// </remarks>
[Component(ComponentKind.Solver, "dpmpp-3m", "DPM-Solver++(3M), multistep on the data prediction: order 3, one evaluation per step",
    Reference = "Lu et al. 2022b, corrected")]
public sealed class DpmPlusPlus3MSolver(ThirdOrderMultistepOptions options)
    : MultistepSolver(order: 3, options.StartUp, options.LowerOrderFinal)
{
    private protected override Tensor Advance(in SolverStep step, IReadOnlyList<Evaluation> estimates) =>
        ExponentialForm.Data.AdamsBashforth(step.To, estimates);
}
