using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of the adaptive DPM-Solvers.</summary>
public sealed record AdaptiveDpmOptions : ComponentOptions
{
    [Description("What is taken for constant over a step: noise (DPM-Solver) or data (DPM-Solver++).")]
    public ExponentialForm Form { get; init; } = ExponentialForm.Noise;

    [Description("Error allowed in a step in proportion to the state.")]
    [Range(0.0, 1.0)]
    public double RelativeTolerance { get; init; } = 0.05;

    [Description("Error allowed in a step in any case; 0.0078 is one of 256 grey levels on [−1, 1].")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double AbsoluteTolerance { get; init; } = 0.0078;

    [Description("Length of the first step in λ.")]
    [Range(0.0, 10.0, MinimumIsExclusive = true)]
    public double InitialStep { get; init; } = 0.05;

    [Description("How steps follow from errors: pid (k-diffusion's) or elementary (the paper's).")]
    public DpmStepRule Rule { get; init; }

    [Description("Proportional gain of the PID rule.")]
    [Range(0.0, 1.0)]
    public double Proportional { get; init; }

    [Description("Integral gain of the PID rule.")]
    [Range(0.0, 1.0)]
    public double Integral { get; init; } = 1;

    [Description("Derivative gain of the PID rule.")]
    [Range(0.0, 1.0)]
    public double Derivative { get; init; }

    [Description("Smallest factor from step to step at which the PID rule accepts; safety of the elementary rule.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Safety { get; init; } = 0.81;

    [Description("Share of fresh noise: 0 is deterministic, 1 is ancestral.")]
    [Range(0.0, 1.0)]
    public double Eta { get; init; }

    [Description("What shares a step size: sample (each has its own; results do not depend on the batch), batch (as published) or grid (no control).")]
    public StepCoupling Coupling { get; init; }

    [Description("Attempted steps after which a run is given up.")]
    [Range(1, int.MaxValue)]
    public int MaximumAttempts { get; init; } = 10_000;
}

/// <summary>A pair of single-step DPM-Solvers, whose difference is the error.</summary>
/// <remarks>
/// Lu et al. 2022, "DPM-Solver: a fast ODE solver for diffusion probabilistic model sampling in around 10 steps", appendix C; for the data form
/// Lu et al. 2022b. With h = λ_t − λ_s, levels s₁, s₂ at λ_s + r₁ h, λ_s + r₂ h and, for noise and data, (c, a, z, m) = (α, σ, h, ε̂) and
/// (σ, α, −h, D):
/// <code>
/// order 1  x_t = (c_t/c_s) x_s − a_t (e^z − 1) m_s
/// order 2  x_t = order 1 − a_t (e^z − 1)/(2 r₁) (m_1 − m_s)               m_1 at the order 1 step to s₁
/// order 3  x_t = order 1 − a_t ((e^z − 1)/z − 1)/r₂ (m_2 − m_s)           m_2 at  order 1 to s₂ − a_2 (r₂/r₁) ((e^(r₂ z) − 1)/(r₂ z) − 1) (m_1 − m_s)
/// </code>
/// Order 2 with r₁ = ½ is compared with order 1, order 3 with r = ⅓, ⅔ with order 2 at r₁ = ⅓, against max(atol, rtol max(|x_low|, |x_low of the
/// step before|)). With η &gt; 0 a step goes to σ̂_down = √(σ̂_t² − σ̂_up²), σ̂_up = η σ̂_t √(1 − σ̂_t²/σ̂_s²), not below the end of the range, and an
/// accepted one adds the noise that is then missing (k-diffusion's ancestral steps): the law keeps the order of the flow. A step to σ = 0 is the denoised
/// estimate.
/// </remarks>
public abstract class AdaptiveDpmSolver : IAdaptiveSolver
{
    private const double PublishedOrderWithNoise = 1.5;
    private const double PublishedErrorOffset = 1e-8;
    private readonly int _order;
    private readonly AdaptiveDpmOptions _options;

    private protected AdaptiveDpmSolver(int order, AdaptiveDpmOptions options)
    {
        (_order, _options) = (order, options);
        bool isStochastic = options.Eta > 0;
        Traits = new SolverTraits
        {
            Order = order,
            EvaluationsPerStep = order,
            EvaluationsToClean = 1,
            IsStochastic = isStochastic,
            IsAdaptive = options.Coupling != StepCoupling.Grid,
        };
        var control = new StepControl
        {
            Variable = StepVariable.HalfLogSnr,
            RelativeTolerance = options.RelativeTolerance,
            AbsoluteTolerance = options.AbsoluteTolerance,
            Exponent = 1.0 / order,
            Scale = ErrorScale.Larger,
            Coupling = options.Coupling,
            InitialStep = options.InitialStep,
            MaximumAttempts = options.MaximumAttempts,
        };
        Control = options.Rule == DpmStepRule.Pid
            ? control with
            {
                Exponent = 1 / (isStochastic ? PublishedOrderWithNoise : order),
                Safety = 1,
                Proportional = options.Proportional,
                Integral = options.Integral,
                Derivative = options.Derivative,
                Limit = FactorLimit.Arctangent,
                SmallestAcceptedFactor = options.Safety,
                ErrorOffset = PublishedErrorOffset,
                GrowsFromProposal = true,
            }
            : control with { Safety = options.Safety, SmallestFactor = 0, LargestFactor = double.PositiveInfinity, BatchNorm = BatchNorm.LargestSample };
    }

    /// <inheritdoc/>
    public SolverTraits Traits { get; }

    /// <inheritdoc/>
    public StepControl Control { get; }

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) =>
        levels[0].Alpha == 0 ? "steps in λ = log(α/σ), which is infinite at a level without signal (α = 0); start the grid where α > 0" : null;

    /// <inheritdoc/>
    public Tensor Slope(Tensor x, NoiseLevels levels, IReadOnlyList<int> samples, NoiseSchedule schedule, IDenoiser denoiser)
    {
        Prediction prediction = denoiser.Predict(x, levels);
        return _options.Form == ExponentialForm.Noise ? prediction.Epsilon : prediction.X0;
    }

    /// <inheritdoc/>
    public AdaptiveTrial Try(AdaptiveStep step, IDenoiser denoiser)
    {
        if (_options.Eta == 0)
            return Pair(step, denoiser);

        NoiseLevel end = step.End;
        NoiseLevels down = step.From.Zip(step.To, (from, to) => Down(from, to, end, step.Schedule));
        AdaptiveTrial trial = Pair(step with { To = down }, denoiser);
        return trial with
        {
            State = Rescaled(trial.State),
            Error = Rescaled(trial.Error),
            Compared = Rescaled(trial.Compared),
            FreshNoise = i => step.To[i].Alpha * Math.Sqrt(Math.Max(0, Square(step.To[i].NoiseToSignal) - Square(down[i].NoiseToSignal))),
        };

        Tensor Rescaled(Tensor x) => step.Combine((i => step.To[i].Alpha / down[i].Alpha, x));
    }

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        if (step.To.IsClean)
            return denoiser.Predict(step.X, step.From).StateAt(step.To.Alpha, step.To.Sigma);

        var attempt = AdaptiveStep.FromGridStep(step, Slope(step.X, step.From, AdaptiveStep.AllSamples(step.X), step.Schedule, denoiser), Control.Variable);
        AdaptiveTrial trial = Try(attempt, denoiser);
        return trial.FreshNoise is { } deviation ? trial.State + (attempt.BrownianIncrement() * deviation(0)) : trial.State;
    }

    private AdaptiveTrial Pair(AdaptiveStep step, IDenoiser denoiser)
    {
        const double R2 = 2.0 / 3;
        double r1 = _order == 2 ? 0.5 : 1.0 / 3;
        Tensor constant = step.Slope;
        Tensor first = EvaluateAt(r1, First(step, r1)) - constant;
        Tensor ofOrder2 = Add(step, First(step, 1), 1, z => PreciseMath.Expm1(z) / (2 * r1), first);
        if (_order == 2)
            return Trial(First(step, 1), ofOrder2);

        Tensor second = EvaluateAt(R2, Add(step, First(step, R2), R2, z => R2 / r1 * Remainder(z), first)) - constant;
        return Trial(ofOrder2, Add(step, First(step, 1), 1, z => Remainder(z) / R2, second));

        Tensor EvaluateAt(double fraction, Tensor x) => Slope(x, step.Between(fraction), step.Samples, step.Schedule, denoiser);
    }

    private static AdaptiveTrial Trial(Tensor low, Tensor high) => new() { State = high, Error = high - low, Compared = low };

    /// <summary>The step of order 1 to a fraction of the whole.</summary>
    private Tensor First(AdaptiveStep step, double fraction)
    {
        NoiseLevels to = step.Between(fraction);
        bool isNoise = _options.Form == ExponentialForm.Noise;
        return step.Combine(
            (i => isNoise ? to[i].Alpha / step.From[i].Alpha : to[i].Sigma / step.From[i].Sigma, step.X),
            (i => -Amplitude(to[i]) * PreciseMath.Expm1(Exponent(step, i, fraction)), step.Slope));
    }

    private Tensor Add(AdaptiveStep step, Tensor x, double fraction, Func<double, double> weight, Tensor difference)
    {
        NoiseLevels to = step.Between(fraction);
        return step.Combine((_ => 1, x), (i => -Amplitude(to[i]) * weight(Exponent(step, i, fraction)), difference));
    }

    private double Amplitude(NoiseLevel level) => _options.Form == ExponentialForm.Noise ? level.Sigma : level.Alpha;

    private double Exponent(AdaptiveStep step, int sample, double fraction) =>
        (_options.Form == ExponentialForm.Noise ? fraction : -fraction) * step.Length(sample);

    private NoiseLevel Down(NoiseLevel from, NoiseLevel to, NoiseLevel end, NoiseSchedule schedule)
    {
        double ratio = to.NoiseToSignal / from.NoiseToSignal;
        double down = to.NoiseToSignal * Math.Sqrt(1 - (_options.Eta * _options.Eta * (1 - ratio) * (1 + ratio)));
        return down <= end.NoiseToSignal ? end : schedule.AtHalfLogSnr(-Math.Log(down));
    }

    /// <summary>(e^z − 1)/z − 1.</summary>
    private static double Remainder(double z) => z * PhiFunctions.Phi(2, z);

    private static double Square(double value) => value * value;
}
