using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="HeunSolver"/>.</summary>
public sealed record HeunOptions : ComponentOptions
{
    /// <summary>What is integrated against what.</summary>
    [Description("Variable of integration: noise-to-signal (σ/α, as in EDM, k-diffusion and diffusers) or time (the schedule's own).")]
    public FlowVariable Variable { get; init; } = FlowVariable.NoiseToSignal;

    /// <summary>a.</summary>
    [Description("Where in the step the second slope is taken: 1 is Heun's method (trapezoid), 2/3 Ralston's, 1/2 the midpoint rule.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Alpha { get; init; } = 1;
}

/// <summary>The two-stage Runge-Kutta methods of order 2 on the probability-flow ODE. Two evaluations a step, one to σ = 0.</summary>
/// <remarks>
/// Karras et al. 2022, "Elucidating the design space of diffusion-based generative models", algorithm 1 and the general family of algorithm 3.
/// With τ, y, v the time, state and slope of the chosen variable (σ̂, x/α, ε̂ or t, x, f x − ½ g² s):
/// <code>
/// y_m = y_s + a (τ_t − τ_s) v(y_s, s),   τ_m = τ_s + a (τ_t − τ_s)
/// y_t = y_s + (τ_t − τ_s) [(1 − 1/2a) v(y_s, s) + (1/2a) v(y_m, m)]
/// </code>
/// A step to σ = 0, where the slope is undefined, is Euler's, as in the paper: 2N − 1 evaluations. In σ̂ the process must not start at α = 0.
/// </remarks>
[Component(ComponentKind.Solver, "heun", "Two-stage Runge-Kutta on the probability-flow ODE: order 2, two evaluations per step",
    Reference = "Karras et al. 2022, algorithm 1")]
[Variant("variable=time")]
[Variant("alpha=0.5")]
public sealed class HeunSolver(HeunOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new() { Order = 2, EvaluationsPerStep = 2, EvaluationsToClean = 1 };

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) =>
        options.Variable.ObjectionToNoSignal(levels);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        Prediction first = denoiser.Predict(step.X, from);
        if (to.IsClean)
            return options.Variable.Euler(first, to, step.Schedule);

        NoiseLevel middle = options.Alpha == 1 ? to : Between(from, to, step.Schedule);
        Prediction second = denoiser.Predict(options.Variable.Euler(first, middle, step.Schedule), middle);

        double weight = 1 / (2 * options.Alpha);
        Tensor slope = options.Variable.Slope(first, step.Schedule) * (1 - weight);
        slope.add_(options.Variable.Slope(second, step.Schedule), alpha: weight);
        return options.Variable == FlowVariable.Time
            ? step.X.add(slope, alpha: to.T - from.T)
            : (step.X * (to.Alpha / from.Alpha)).add_(slope, alpha: to.Sigma - (to.Alpha * from.NoiseToSignal));
    }

    private NoiseLevel Between(NoiseLevel from, NoiseLevel to, NoiseSchedule schedule) =>
        options.Variable == FlowVariable.Time
            ? schedule.At(from.T + (options.Alpha * (to.T - from.T)))
            : schedule.AtHalfLogSnr(-Math.Log(from.NoiseToSignal + (options.Alpha * (to.NoiseToSignal - from.NoiseToSignal))));
}
