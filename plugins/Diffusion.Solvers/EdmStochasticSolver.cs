using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="EdmStochasticSolver"/>.</summary>
public sealed record EdmStochasticOptions : ComponentOptions
{
    [Description("S_churn: overall noise added before the steps, divided among them; 0 is deterministic.")]
    [Range(0.0, 1e6)]
    public double Churn { get; init; } = 40;

    [Description("S_min: smallest σ/α at which noise is added.")]
    [Range(0.0, double.MaxValue)]
    public double NoiseToSignalMin { get; init; }

    [Description("S_max: largest σ/α at which noise is added.")]
    [Range(0.0, double.PositiveInfinity)]
    public double NoiseToSignalMax { get; init; } = double.PositiveInfinity;

    [Description("S_noise: factor on the added noise; slightly above 1 makes up for a model that removes too much.")]
    [Range(0.0, 10.0)]
    public double NoiseScale { get; init; } = 1;

    [Description("The deterministic step: heun (the paper's), euler or dpm2 (midpoint in log SNR).")]
    public ChurnBase Base { get; init; }

    [Description("Variable of integration of heun and euler: noise-to-signal (σ/α, as EDM and k-diffusion) or time (the schedule's own).")]
    public FlowVariable Variable { get; init; } = FlowVariable.NoiseToSignal;

    [Description("Where in heun's step the second slope is taken: 1 is the trapezoid, 1/2 the midpoint rule.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Alpha { get; init; } = 1;
}

/// <summary>EDM's stochastic sampler: raise the noise a little, then a deterministic step down. Weak order of the deterministic step.</summary>
/// <remarks>
/// Karras et al. 2022, "Elucidating the design space of diffusion-based generative models", algorithm 2, and k-diffusion's s_churn; for any α and
/// σ with σ̂ = σ/α. With N steps in the run:
/// <code>
/// γ   = min(S_churn/N, √2 − 1) if S_min ≤ σ̂_s ≤ S_max, else 0
/// σ̂_h = (1 + γ) σ̂_s,   x_h = (α_h/α_s) x_s + α_h √(σ̂_h² − σ̂_s²) S_noise z
/// x_t = the deterministic step from (x_h, h) to t
/// </code>
/// Raising the noise is exact and each raise shrinks as 1/N, so the law keeps the order of the deterministic step: 2, or 1 with euler. z has no
/// place on the Brownian path. A step to σ = 0 is Euler's. The process must be defined a little beyond the grid's first level unless S_max
/// excludes it, and the grid must not start at α = 0.
/// </remarks>
[Component(ComponentKind.Solver, "edm-stochastic", "EDM's sampler with churn: weak order 2, two evaluations per step",
    Reference = "Karras et al. 2022, algorithm 2", Aliases = ["churn"])]
[Variant("churn=5")]
[Variant("base=euler", "churn=5")]
public sealed class EdmStochasticSolver(EdmStochasticOptions options) : ISolver
{
    private static readonly double LargestRaise = Math.Sqrt(2) - 1;
    private readonly ISolver _step = options.Base switch
    {
        ChurnBase.Euler => new EulerSolver(new() { Variable = options.Variable }),
        ChurnBase.Heun => new HeunSolver(new() { Variable = options.Variable, Alpha = options.Alpha }),
        _ => new Dpm2Solver(),
    };

    /// <inheritdoc/>
    public SolverTraits Traits => _step.Traits with { IsStochastic = options.Churn > 0 && options.NoiseScale > 0 };

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) =>
        options.Variable.ObjectionToNoSignal(levels) ?? _step.Objection(schedule, levels);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        double scale = step.From.NoiseToSignal;
        double raise = scale >= options.NoiseToSignalMin && scale <= options.NoiseToSignalMax ? Math.Min(options.Churn / step.Count, LargestRaise) : 0;
        if (raise == 0 || step.From.Alpha == 0)
            return _step.Step(step, denoiser);

        NoiseLevel raised = step.Schedule.AtHalfLogSnr(step.From.HalfLogSnr - PreciseMath.Log1p(raise));
        Tensor state = step.X * (raised.Alpha / step.From.Alpha);
        double fresh = options.NoiseScale * raised.Alpha * scale * Math.Sqrt(raise * (2 + raise));
        if (fresh > 0)
            state.add_(step.Noise.Independent(step.Index, step.X), alpha: fresh);
        return _step.Step(step with { X = state, From = raised }, denoiser);
    }
}
