using System.ComponentModel;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="RungeKutta4Solver"/>.</summary>
public sealed record RungeKutta4Options : ComponentOptions
{
    [Description("Variable of integration: time (the schedule's own) or noise-to-signal (σ/α, as EDM and k-diffusion).")]
    public FlowVariable Variable { get; init; }
}

/// <summary>The classical Runge-Kutta method on the probability-flow ODE. Order 4, four evaluations a step.</summary>
/// <remarks>
/// Kutta 1901; Hairer, Nørsett &amp; Wanner 1993, "Solving ordinary differential equations I", table II.1.2. With τ, y, v the time, state and slope of
/// the chosen variable (t, x, f x − ½ g² s or σ̂, x/α, ε̂), h = τ_t − τ_s and m halfway:
/// <code>
/// v₁ = v(y_s, s),   v₂ = v(y_s + ½ h v₁, m),   v₃ = v(y_s + ½ h v₂, m),   v₄ = v(y_s + h v₃, t)
/// y_t = y_s + (h/6) (v₁ + 2 v₂ + 2 v₃ + v₄)
/// </code>
/// A step to σ = 0, where the slope is undefined, is Euler's: 4N − 3 evaluations. In σ̂ the process must not start at α = 0.
/// </remarks>
[Component(ComponentKind.Solver, "rk4", "The classical Runge-Kutta method on the probability-flow ODE: order 4, four evaluations per step",
    Reference = "Kutta 1901", Aliases = ["runge-kutta-4"])]
[Variant("variable=noise-to-signal")]
public sealed class RungeKutta4Solver(RungeKutta4Options options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new() { Order = 4, EvaluationsPerStep = 4, EvaluationsToClean = 1 };

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) =>
        options.Variable.ObjectionToNoSignal(levels);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to, NoiseSchedule schedule) = (step.From, step.To, step.Schedule);
        Prediction start = denoiser.Predict(step.X, from);
        if (to.IsClean)
            return options.Variable.Euler(start, to, schedule);

        NoiseLevel middle = options.Variable == FlowVariable.Time
            ? schedule.At(0.5 * (from.T + to.T))
            : schedule.AtHalfLogSnr(-Math.Log(0.5 * (from.NoiseToSignal + to.NoiseToSignal)));

        Tensor first = options.Variable.Slope(start, schedule);
        Tensor second = SlopeAt(middle, Move(step.X, from, middle, first), denoiser, schedule);
        Tensor third = SlopeAt(middle, Move(step.X, from, middle, second), denoiser, schedule);
        Tensor fourth = SlopeAt(to, Move(step.X, from, to, third), denoiser, schedule);
        Tensor mean = (first * (1.0 / 6)).add_(second, alpha: 1.0 / 3).add_(third, alpha: 1.0 / 3).add_(fourth, alpha: 1.0 / 6);
        return Move(step.X, from, to, mean);
    }

    private Tensor SlopeAt(NoiseLevel level, Tensor x, IDenoiser denoiser, NoiseSchedule schedule) =>
        options.Variable.Slope(denoiser.Predict(x, level), schedule);

    private Tensor Move(Tensor x, NoiseLevel from, NoiseLevel to, Tensor slope) => options.Variable == FlowVariable.Time
        ? x.add(slope, alpha: to.T - from.T)
        : (x * (to.Alpha / from.Alpha)).add_(slope, alpha: to.Sigma - (to.Alpha * from.NoiseToSignal));
}
