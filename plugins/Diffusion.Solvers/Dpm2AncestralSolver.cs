using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>
/// The midpoint method in λ on the noise prediction down to less noise than asked for, then fresh noise. Weak order 2, two evaluations a step.
/// </summary>
/// <remarks>
/// Crowson's k-diffusion, sample_dpm_2_ancestral, for any α and σ; the deterministic part is DPM-Solver-2 in the form of Karras et al. 2022, appendix
/// B. With m halfway in λ between s and the noise scale σ_down/α_t:
/// <code>
/// u   = α_m D(x_s, s) + σ_m ε̂(x_s, s)
/// x_t = (α_t/α_s) x_s + (σ_down − α_t σ_s/α_s) ε̂(u, m) + σ_up z
/// </code>
/// with σ_down and σ_up as in "euler-ancestral". Where σ_down or α_s is 0, see <see cref="TwoStageAncestralSolver"/>.
/// </remarks>
[Component(ComponentKind.Solver, "dpm-2-ancestral", "DPM-2 (midpoint in lambda) with fresh noise at every level: weak order 2, two evaluations per step",
    Reference = "k-diffusion; Karras et al. 2022, algorithm 3")]
public sealed class Dpm2AncestralSolver(AncestralOptions options) : TwoStageAncestralSolver(options)
{
    private protected override Tensor Descend(in SolverStep step, double down, double h, Prediction middle)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        return (step.X * (to.Alpha / from.Alpha)).add_(middle.Epsilon, alpha: down - (to.Alpha * from.NoiseToSignal));
    }
}
