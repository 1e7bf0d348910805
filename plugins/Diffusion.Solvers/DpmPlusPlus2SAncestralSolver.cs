using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>DPM-Solver++(2S) down to less noise than asked for, then fresh noise. Weak order 2, two evaluations a step.</summary>
/// <remarks>
/// Crowson's k-diffusion, sample_dpmpp_2s_ancestral, for any α and σ; the deterministic part is algorithm 1 of Lu et al. 2022b, "DPM-Solver++: fast
/// solver for guided sampling of diffusion probabilistic models", with r = ½. With m halfway in λ between s and the noise scale σ_down/α_t and
/// h the whole distance:
/// <code>
/// u   = α_m D(x_s, s) + σ_m ε̂(x_s, s)
/// x_t = (σ_down/σ_s) x_s + α_t (1 − e^(−h)) D(u, m) + σ_up z
/// </code>
/// with σ_down and σ_up as in "euler-ancestral". Where σ_down or α_s is 0, see <see cref="TwoStageAncestralSolver"/>.
/// </remarks>
[Component(ComponentKind.Solver, "dpmpp-2s-ancestral", "DPM-Solver++(2S) with fresh noise at every level: weak order 2, two evaluations per step",
    Reference = "Lu et al. 2022b, algorithm 1; k-diffusion")]
public sealed class DpmPlusPlus2SAncestralSolver(AncestralOptions options) : TwoStageAncestralSolver(options)
{
    private protected override Tensor Descend(in SolverStep step, double down, double h, Prediction middle) =>
        (step.X * (down / step.From.Sigma)).add_(middle.X0, alpha: -step.To.Alpha * PreciseMath.Expm1(-h));
}
