using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of the Runge-Kutta methods with step control.</summary>
public sealed record AdaptiveRungeKuttaOptions : ComponentOptions
{
    [Description("Variable of integration: time (the schedule's own) or noise-to-signal (σ/α, as EDM and k-diffusion).")]
    public FlowVariable Variable { get; init; }

    [Description("Error allowed in a step in proportion to the state.")]
    [Range(0.0, 1.0)]
    public double RelativeTolerance { get; init; } = 1e-5;

    [Description("Error allowed in a step in any case.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double AbsoluteTolerance { get; init; } = 1e-5;

    [Description("What shares a step size: sample (each has its own; results do not depend on the batch), batch (as SciPy does) or grid (no control).")]
    public StepCoupling Coupling { get; init; }

    [Description("Gain of the last error against the one before: 0 is the elementary controller (SciPy's), 0.2 damps it (Hairer's dopri5).")]
    [Range(0.0, 1.0)]
    public double Proportional { get; init; }

    [Description("Gain of the last error: 1 is the elementary controller, 0.65 goes with a proportional gain of 0.2.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Integral { get; init; } = 1;

    [Description("Attempted steps after which a run is given up.")]
    [Range(1, int.MaxValue)]
    public int MaximumAttempts { get; init; } = 10_000;
}

/// <summary>An embedded Runge-Kutta pair on the probability-flow ODE.</summary>
/// <remarks>
/// dx/dt = f x − ½ g² s or d(x/α)/dσ̂ = ε̂. A step's error is measured against atol + rtol max(|x_s|, |x_t|) as a root mean square over the
/// sample's dimensions (over the batch's with coupling <c>batch</c>); the first step is Hairer's; factors lie between 0.2 and 10 and a repeated
/// step is followed by none that is longer. The last slope of a step is the first of the next. A step to σ = 0 is α D + σ ε̂ at σ = 0, the
/// denoised estimate, by one evaluation.
/// </remarks>
public abstract class AdaptiveRungeKuttaSolver : IAdaptiveSolver
{
    private readonly EmbeddedRungeKutta _method;
    private readonly FlowVariable _variable;

    private protected AdaptiveRungeKuttaSolver(EmbeddedTableau tableau, AdaptiveRungeKuttaOptions options)
    {
        _method = new EmbeddedRungeKutta(tableau);
        _variable = options.Variable;
        Traits = new SolverTraits
        {
            Order = tableau.Order,
            EvaluationsPerStep = tableau.Nodes.Count,
            EvaluationsToClean = 1,
            IsAdaptive = options.Coupling != StepCoupling.Grid,
        };
        Control = new StepControl
        {
            Variable = options.Variable == FlowVariable.Time ? StepVariable.Time : StepVariable.NoiseToSignal,
            RelativeTolerance = options.RelativeTolerance,
            AbsoluteTolerance = options.AbsoluteTolerance,
            Exponent = 1.0 / (tableau.ErrorOrder + 1),
            Coupling = options.Coupling,
            Proportional = options.Proportional,
            Integral = options.Integral,
            GrowsAfterRejection = false,
            MaximumAttempts = options.MaximumAttempts,
        };
    }

    /// <inheritdoc/>
    public SolverTraits Traits { get; }

    /// <inheritdoc/>
    public StepControl Control { get; }

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => _variable.ObjectionToNoSignal(levels);

    /// <inheritdoc/>
    public Tensor Slope(Tensor x, NoiseLevels levels, IReadOnlyList<int> samples, NoiseSchedule schedule, IDenoiser denoiser) =>
        _variable.Slope(denoiser.Predict(x, levels), schedule);

    /// <inheritdoc/>
    public AdaptiveTrial Try(AdaptiveStep step, IDenoiser denoiser) =>
        _method.Try(step, (x, levels) => Slope(x, levels, step.Samples, step.Schedule, denoiser));

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        NoiseSchedule schedule = step.Schedule;
        if (step.To.IsClean)
            return denoiser.Predict(step.X, step.From).StateAt(step.To.Alpha, step.To.Sigma);

        IReadOnlyList<int> samples = AdaptiveStep.AllSamples(step.X);
        Tensor slope = Slope(step.X, step.From, samples, schedule, denoiser);
        return _method.Advance(AdaptiveStep.FromGridStep(step, slope, Control.Variable), (x, levels) => Slope(x, levels, samples, schedule, denoiser));
    }
}
