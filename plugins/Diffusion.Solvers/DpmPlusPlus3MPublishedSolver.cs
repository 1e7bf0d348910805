using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>DPM-Solver++(3M), multistep on the data prediction, as published: three estimates, order 2. One evaluation a step.</summary>
/// <remarks>
/// The coefficients of the authors' code, diffusers and k-diffusion ("dpmpp_3m_sde" without noise). With h = λ_t − λ_s, p and q the levels
/// before s, r₀ = (λ_s − λ_p)/h, r₁ = (λ_p − λ_q)/h and φ_k taken at −h:
/// <code>
/// E₀  = (D_s − D_p)/r₀,   E₁ = (D_p − D_q)/r₁
/// S   = E₀ + r₀/(r₀ + r₁) (E₀ − E₁),   C = (E₀ − E₁)/(r₀ + r₁)
/// x_t = (σ_t/σ_s) x_s + α_t h [φ₁ D_s + φ₂ S + φ₃ C]
/// </code>
/// C estimates half of the second derivative with which φ₃ belongs, so that the error of a step is O(h³): order 2, not 3, which
/// <see cref="DpmPlusPlus3MSolver"/> reaches with 2 C. With fewer than about 24 steps this form is often the better one all the same. The first steps
/// have fewer estimates, and a step to σ = 0 is DDIM's.
/// </remarks>
[Component(ComponentKind.Solver, "dpmpp-3m-published",
    "DPM-Solver++(3M), multistep on the data prediction, with the published coefficients: order 2, one evaluation per step",
    Reference = "Lu et al. 2022b, as in the authors' code")]
public sealed class DpmPlusPlus3MPublishedSolver(PublishedMultistepOptions options)
    : MultistepSolver(order: 3, StartUp.Ramp, options.LowerOrderFinal)
{
    private protected override Tensor Advance(in SolverStep step, IReadOnlyList<Evaluation> estimates) =>
        ExponentialForm.Data.ThirdAsPublished(options.Correction, step.To, estimates);
}
