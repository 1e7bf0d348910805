using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="DpmPlusPlus2SAncestralSolver"/>.</summary>
public sealed record DpmPlusPlus2SAncestralOptions : ComponentOptions
{
    [Description("Share of fresh noise: 0 is deterministic, 1 that of the reversed chain; above 1 as much as the level holds.")]
    [Range(0.0, 10.0)]
    public double Eta { get; init; } = 1;

    [Description("Factor on the fresh noise; other than 1 changes the law.")]
    [Range(0.0, 10.0)]
    public double NoiseScale { get; init; } = 1;
}

/// <summary>DPM-Solver++(2S) down to less noise than asked for, then fresh noise. Weak order 2, two evaluations a step.</summary>
/// <remarks>
/// Crowson's k-diffusion, sample_dpmpp_2s_ancestral, for any α and σ; the deterministic part is algorithm 1 of Lu et al. 2022b, "DPM-Solver++: fast
/// solver for guided sampling of diffusion probabilistic models", with r = ½. With m halfway in λ between s and the noise scale σ_down/α_t and
/// h the whole distance:
/// <code>
/// u   = α_m D(x_s, s) + σ_m ε̂(x_s, s)
/// x_t = (σ_down/σ_s) x_s + α_t (1 − e^(−h)) D(u, m) + σ_up z
/// </code>
/// with σ_down and σ_up as in "euler-ancestral". The fresh noise is exact and the deterministic part of order 2, so the law is of order 2 for
/// every η. Where σ_down = 0 (σ_t = 0, or η √(1 − …) ≥ 1) or α_s = 0 the step is that of "euler-ancestral", one evaluation.
/// </remarks>
[Component(ComponentKind.Solver, "dpmpp-2s-ancestral", "DPM-Solver++(2S) with fresh noise at every level: weak order 2, two evaluations a step",
    Reference = "Lu et al. 2022b, algorithm 1; k-diffusion")]
public sealed class DpmPlusPlus2SAncestralSolver(DpmPlusPlus2SAncestralOptions options) : ISolver
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
        return (step.X * (down / from.Sigma)).add_(second.X0, alpha: -to.Alpha * PreciseMath.Expm1(-h));
    }
}
