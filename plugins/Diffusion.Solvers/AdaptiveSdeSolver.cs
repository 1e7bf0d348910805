using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="AdaptiveSdeSolver"/>.</summary>
public sealed record AdaptiveSdeOptions : ComponentOptions
{
    [Description("Error allowed in a step in proportion to the state.")]
    [Range(0.0, 1.0)]
    public double RelativeTolerance { get; init; } = 0.02;

    [Description("Error allowed in a step in any case; 0.0078 is one of 256 grey levels on [−1, 1].")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double AbsoluteTolerance { get; init; } = 0.0078;

    [Description("Length of the first step in time.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double InitialStep { get; init; } = 0.01;

    [Description("Factor on what the error alone would allow (θ of the paper).")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Safety { get; init; } = 0.9;

    [Description("How strongly steps answer to errors: h ← θ h E^(−r).")]
    [Range(0.5, 1.0)]
    public double Exponent { get; init; } = 0.9;

    [Description("What shares a step size: sample (as published; results do not depend on the batch), batch or grid (no control).")]
    public StepCoupling Coupling { get; init; }

    [Description("Attempted steps after which a run is given up.")]
    [Range(1, int.MaxValue)]
    public int MaximumAttempts { get; init; } = 10_000;
}

/// <summary>The stochastic improved Euler method with step control on the reverse SDE. Weak order 2, two evaluations a step.</summary>
/// <remarks>
/// Jolicoeur-Martineau et al. 2021, "Gotta go fast when generating data with score-based models", algorithm 1. With b = f x − g² s, dt = t − s &lt; 0
/// and one z for both:
/// <code>
/// x′  = x_s + b(x_s, s) dt + g_s √|dt| z                                     Euler-Maruyama
/// x_t = x_s + ½ [b(x_s, s) + b(x′, t)] dt + ½ (g_s + g_t) √|dt| z            Heun
/// </code>
/// x_t − x′ is compared with max(atol, rtol max(|x′|, |x′ of the step before|)). The paper draws a new z for every attempt, which favours draws
/// that happen to look smooth; here z is the increment of the sample's Brownian path, so that a shorter step stays on the path of the
/// rejected one. f and g must be finite. A step to σ = 0 is the denoised estimate.
/// </remarks>
[Component(ComponentKind.Solver, "adaptive-sde", "Stochastic improved Euler on the reverse SDE with step control: weak order 2, two evaluations per step",
    Aliases = ["gotta-go-fast"], Reference = "Jolicoeur-Martineau et al. 2021, algorithm 1")]
public sealed class AdaptiveSdeSolver(AdaptiveSdeOptions options) : IAdaptiveSolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new()
    {
        Order = 2,
        EvaluationsPerStep = 2,
        EvaluationsToClean = 1,
        IsStochastic = true,
        IsAdaptive = options.Coupling != StepCoupling.Grid,
    };

    /// <inheritdoc/>
    public StepControl Control { get; } = new()
    {
        Variable = StepVariable.Time,
        RelativeTolerance = options.RelativeTolerance,
        AbsoluteTolerance = options.AbsoluteTolerance,
        Exponent = options.Exponent,
        Safety = options.Safety,
        Scale = ErrorScale.Larger,
        SmallestFactor = 0,
        LargestFactor = double.PositiveInfinity,
        Coupling = options.Coupling,
        InitialStep = options.InitialStep,
        MaximumAttempts = options.MaximumAttempts,
    };

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) =>
        levels[0].Alpha == 0 ? "needs finite rates of drift and noise, which a level without signal (α = 0) does not have; start the grid where α > 0" : null;

    /// <inheritdoc/>
    public Tensor Slope(Tensor x, NoiseLevels levels, IReadOnlyList<int> samples, NoiseSchedule schedule, IDenoiser denoiser) =>
        denoiser.Predict(x, levels).Combine(l => schedule.Drift(l.T), _ => 0, l => schedule.DiffusionSquared(l.T) / l.Sigma); // s = −ε̂/σ

    /// <inheritdoc/>
    public AdaptiveTrial Try(AdaptiveStep step, IDenoiser denoiser)
    {
        Tensor noise = step.BrownianIncrement();
        Tensor euler = step.Combine((_ => 1, step.X), (step.Length, step.Slope), (i => Deviation(i, Rate(step.From[i])), noise));
        Tensor slope = Slope(euler, step.To, step.Samples, step.Schedule, denoiser);
        Tensor improved = step.Combine(
            (_ => 1, step.X),
            (i => 0.5 * step.Length(i), step.Slope + slope),
            (i => Deviation(i, 0.5 * (Rate(step.From[i]) + Rate(step.To[i]))), noise));
        return new AdaptiveTrial { State = improved, Error = improved - euler, Compared = euler };

        double Deviation(int sample, double rate) => rate * Math.Sqrt(Math.Abs(step.Length(sample)));
        double Rate(NoiseLevel level) => Math.Sqrt(step.Schedule.DiffusionSquared(level.T));
    }

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser) =>
        step.To.IsClean
            ? denoiser.Predict(step.X, step.From).StateAt(step.To.Alpha, step.To.Sigma)
            : Try(
                AdaptiveStep.FromGridStep(step, Slope(step.X, step.From, AdaptiveStep.AllSamples(step.X), step.Schedule, denoiser), Control.Variable),
                denoiser).State;
}
