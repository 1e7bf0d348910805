using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>PNDM, the pseudo numerical method: three steps of pseudo Runge-Kutta, then four-step Adams-Bashforth. Order 2, N + 9 evaluations.</summary>
/// <remarks>
/// Liu et al. 2022, "Pseudo numerical methods for diffusion models on manifolds", algorithm 2. With φ(x, ε; s, t) = (α_t/α_s) x +
/// (σ_t − α_t σ_s/α_s) ε and m halfway between s and t in time:
/// <code>
/// e₁ = ε̂(x_s, s),   e₂ = ε̂(φ(x_s, e₁; s, m), m),   e₃ = ε̂(φ(x_s, e₂; s, m), m),   e₄ = ε̂(φ(x_s, e₃; s, t), t)
/// first three   x_t = φ(x_s, (e₁ + 2 e₂ + 2 e₃ + e₄)/6; s, t)
/// later         x_t = φ(x_s, (55 ε̂_s − 59 ε̂_{−1} + 37 ε̂_{−2} − 9 ε̂_{−3})/24; s, t)
/// </code>
/// Classical weights, right for equal steps of σ/α only: on a smooth grid the order is 2, not the 4 of either method, see
/// <see cref="IpndmSolver"/>. A start that is a step to σ = 0 is DDIM's. The process must not start at α = 0.
/// </remarks>
[Component(ComponentKind.Solver, "pndm", "PNDM, pseudo Runge-Kutta and then pseudo linear multistep: order 2, one evaluation per step and nine more",
    Reference = "Liu et al. 2022, algorithm 2")]
public sealed class PndmSolver : ISolver
{
    private const int LongSteps = FixedAdamsSteps.FullOrder - 1;
    private const int CallsOfLong = 4;
    private static readonly double[] RungeKutta = [1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6];
    private static readonly double[] One = [1];

    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new()
    {
        Order = 2,
        AssumesEqualSteps = true,
        HistoryLength = LongSteps * CallsOfLong,
        EvaluationsOverRun = levels => Enumerable.Range(1, levels.Count - 1).Sum(i => i <= LongSteps && !levels[i].IsClean ? CallsOfLong : 1),
    };

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => FixedAdamsSteps.ObjectionToNoSignal(levels);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (Tensor x, NoiseLevel from, NoiseLevel to) = (step.X, step.From, step.To);
        Prediction[] past = [.. FixedAdamsSteps.Past(step, LongSteps, CallsOfLong)];
        Prediction first = denoiser.Predict(x, from);
        if (step.Index >= LongSteps)
            return FixedAdamsSteps.AdamsBashforth(x, from, to, [first, .. past]);
        if (to.IsClean)
            return first.StateAt(to.Alpha, to.Sigma);

        NoiseLevel middle = step.Schedule.At(0.5 * (from.T + to.T));
        Prediction second = denoiser.Predict(FixedAdamsSteps.Transfer(x, from, middle, One, [first]), middle);
        Prediction third = denoiser.Predict(FixedAdamsSteps.Transfer(x, from, middle, One, [second]), middle);
        Prediction fourth = denoiser.Predict(FixedAdamsSteps.Transfer(x, from, to, One, [third]), to);
        return FixedAdamsSteps.Transfer(x, from, to, RungeKutta, [first, second, third, fourth]);
    }
}
