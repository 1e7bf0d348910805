using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="Dpm2AncestralSolver"/>.</summary>
public sealed record Dpm2AncestralOptions : ComponentOptions
{
    [Description("Share of fresh noise: 0 is deterministic, 1 that of the reversed chain; above 1 as much as the level holds.")]
    [Range(0.0, 10.0)]
    public double Eta { get; init; } = 1;

    [Description("Factor on the fresh noise; other than 1 changes the law.")]
    [Range(0.0, 10.0)]
    public double NoiseScale { get; init; } = 1;
}

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
/// with σ_down and σ_up as in "euler-ancestral". The fresh noise is exact and the deterministic part of order 2, so the law is of order 2 for
/// every η. Where σ_down = 0 (σ_t = 0, or η √(1 − …) ≥ 1) or α_s = 0 the step is that of "euler-ancestral", one evaluation.
/// </remarks>
[Component(ComponentKind.Solver, "dpm-2-ancestral", "DPM-2 (midpoint in lambda) with fresh noise at every level: weak order 2, two evaluations a step",
    Reference = "k-diffusion; Karras et al. 2022, algorithm 3")]
public sealed class Dpm2AncestralSolver(Dpm2AncestralOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new()
    {
        Order = 2,
        EvaluationsOverRun = levels => StochasticSteps.CountTwoStage(levels, (from, to) => IsFirstOrder(from, AncestralSplit.Between(from, to, options.Eta))),
        IsStochastic = options.Eta > 0 && options.NoiseScale > 0,
    };

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        AncestralSplit split = AncestralSplit.Between(from, to, options.Eta);
        Prediction first = denoiser.Predict(step.X, from);
        return (IsFirstOrder(from, split) ? first.StateAt(to.Alpha, split.Down) : SecondOrder(step, split.Down, first, denoiser))
            .AddIncrement(step, options.NoiseScale * split.Up);
    }

    private static bool IsFirstOrder(NoiseLevel from, AncestralSplit split) => split.Down == 0 || from.Alpha == 0;

    private static Tensor SecondOrder(in SolverStep step, double down, Prediction first, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        double h = Math.Log(to.Alpha / down) - from.HalfLogSnr;
        NoiseLevel middle = step.Schedule.AtHalfLogSnr(from.HalfLogSnr + (0.5 * h));
        Prediction second = denoiser.Predict(first.StateAt(middle.Alpha, middle.Sigma), middle);
        return (step.X * (to.Alpha / from.Alpha)).add_(second.Epsilon, alpha: down - (to.Alpha * from.NoiseToSignal));
    }
}
