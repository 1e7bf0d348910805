using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>DPM-Solver-3M, multistep on the noise prediction, as published: three estimates, order 2. One evaluation a step.</summary>
/// <remarks>
/// The coefficients of the authors' code and diffusers. With h = λ_t − λ_s, p and q the levels
/// before s, r₀ = (λ_s − λ_p)/h, r₁ = (λ_p − λ_q)/h and φ_k taken at h:
/// <code>
/// D₀  = (ε̂_s − ε̂_p)/r₀,   D₁ = (ε̂_p − ε̂_q)/r₁
/// S   = D₀ + r₀/(r₀ + r₁) (D₀ − D₁),   C = (D₀ − D₁)/(r₀ + r₁)
/// x_t = (α_t/α_s) x_s − σ_t h [φ₁ ε̂_s + φ₂ S + φ₃ C]
/// </code>
/// C estimates half of the second derivative with which φ₃ belongs, so that the error of a step is O(h³): order 2, not 3, which
/// <see cref="DpmSolver3MSolver"/> reaches with 2 C. With fewer than about 24 steps this form is often the better one all the same. The first steps
/// have fewer estimates, and a step to σ = 0 is DDIM's.
/// </remarks>
[Component(ComponentKind.Solver, "dpm-solver-3m-published",
    "DPM-Solver-3M, multistep on the noise prediction, with the published coefficients: order 2, one evaluation per step",
    Reference = "Lu et al. 2022a, as in the authors' code")]
public sealed class DpmSolver3MPublishedSolver(PublishedMultistepOptions options)
    : MultistepSolver(order: 3, StartUp.Ramp, options.LowerOrderFinal)
{
    private protected override Tensor Advance(in SolverStep step, IReadOnlyList<Evaluation> estimates) =>
        ExponentialForm.Noise.ThirdAsPublished(options.Correction, step.To, estimates);
}
