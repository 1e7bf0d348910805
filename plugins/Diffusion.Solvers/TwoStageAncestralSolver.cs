using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>
/// A method of order 2 down to less noise than asked for, with its second evaluation halfway in λ, and then fresh noise. Weak order 2, two evaluations
/// a step.
/// </summary>
/// <remarks>
/// The fresh noise is exact and the deterministic part of order 2, so the law is of order 2 for every η. With σ_down and σ_up as in "euler-ancestral",
/// h the distance in λ from s to the noise scale σ_down/α_t, and m at λ_s + h/2:
/// <code>
/// u = α_m D(x_s, s) + σ_m ε̂(x_s, s)
/// </code>
/// Where σ_down = 0 (σ_t = 0, or η √(1 − …) ≥ 1) or α_s = 0 the step is that of "euler-ancestral", one evaluation.
/// </remarks>
public abstract class TwoStageAncestralSolver : ISolver
{
    private readonly AncestralOptions _options;

    private protected TwoStageAncestralSolver(AncestralOptions options)
    {
        _options = options;
        Traits = new()
        {
            Order = 2,
            EvaluationsOverRun = levels => StochasticSteps.CountTwoStage(
                levels, (from, to) => IsFirstOrder(from, AncestralSplit.Between(from, to, options.Eta))),
            IsStochastic = options.IsStochastic,
        };
    }

    /// <inheritdoc/>
    public SolverTraits Traits { get; }

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        AncestralSplit split = AncestralSplit.Between(from, to, _options.Eta);
        Prediction first = denoiser.Predict(step.X, from);
        return (IsFirstOrder(from, split) ? first.StateAt(to.Alpha, split.Down) : SecondOrder(step, split.Down, first, denoiser))
            .AddIncrement(step, _options.NoiseScale * split.Up);
    }

    /// <summary>The state at α_t with the noise σ_down, shape (B, …).</summary>
    /// <param name="step">The step, from x_s.</param>
    /// <param name="down">σ_down, above 0.</param>
    /// <param name="h">The distance in λ from s to σ_down/α_t.</param>
    /// <param name="middle">The evaluation at u.</param>
    private protected abstract Tensor Descend(in SolverStep step, double down, double h, Prediction middle);

    private Tensor SecondOrder(in SolverStep step, double down, Prediction first, IDenoiser denoiser)
    {
        NoiseLevel from = step.From;
        double h = Math.Log(step.To.Alpha / down) - from.HalfLogSnr;
        NoiseLevel middle = step.Schedule.AtHalfLogSnr(from.HalfLogSnr + (0.5 * h));
        return Descend(step, down, h, denoiser.Predict(first.StateAt(middle.Alpha, middle.Sigma), middle));
    }

    private static bool IsFirstOrder(NoiseLevel from, AncestralSplit split) => split.Down == 0 || from.Alpha == 0;
}
