using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="PredictorCorrectorSolver"/>.</summary>
public sealed record PredictorCorrectorOptions : ComponentOptions
{
    [Description("The step from level to level: reverse-diffusion, euler-maruyama, ancestral, ddim or none.")]
    public SamplingPredictor Predictor { get; init; }

    [Description("The steps at each level: langevin (by signal-to-noise ratio), annealed-langevin, renoise or none.")]
    public SamplingCorrector Corrector { get; init; }

    [Description("Corrector steps at each level, one evaluation each.")]
    [Range(1, int.MaxValue)]
    public int Steps { get; init; } = 1;

    [Description("Signal-to-noise ratio r of the langevin and annealed-langevin correctors.")]
    [Range(0.0, double.MaxValue)]
    public double Snr { get; init; } = 0.16;

    [Description("Share δ of the noise variance that the renoise corrector replaces.")]
    [Range(0.0, 1.0)]
    public double Delta { get; init; } = 0.01;

    [Description("Whether the langevin corrector's step size is each sample's own or the batch's (as published; results then depend on the batch size).")]
    public SnrCoupling Coupling { get; init; }

    [Description("Whether the reverse-diffusion and euler-maruyama predictors follow the probability-flow ODE.")]
    public bool ProbabilityFlow { get; init; }

    [Description("Variance of the ancestral predictor's noise: 0 is the posterior's, 1 is beta.")]
    [Range(0.0, 1.0)]
    public double Variance { get; init; }
}

/// <summary>Predictor-corrector sampling: Markov-chain steps at a level, then a step to the next.</summary>
/// <remarks>
/// Song et al. 2021, "Score-based generative modeling through stochastic differential equations", algorithms 1 to 5 (appendix G). At each level s,
/// with a = α_s/α_t, the corrector repeats
/// <code>
/// langevin           δ = 2 a² (r ‖z‖/‖s(x, s)‖)²,   x ← x + δ s(x, s) + √(2δ) z
/// annealed-langevin  δ = 2 a² (r σ_s)²,             the same step
/// renoise            x ← α_s D + √(1 − δ) (x − α_s D) + √δ σ_s z                     (azula's; DDIM's step of no length)
/// </code>
/// and the predictor then goes from s to t. The published langevin corrector takes ‖z‖ and ‖s‖ from means over the batch, which
/// <c>coupling: batch</c> reproduces; by default each sample has its own. The correctors' sizes do not shrink with the number of levels, so
/// neither does their bias: the declared order is the predictor's, what remains when r (or δ) is 0. With the predictor "none" a step to σ = 0
/// leaves the state as it is.
/// </remarks>
[Component(ComponentKind.Solver, "predictor-corrector", "Predictor-corrector sampling: Langevin or other steps at each level, then a step to the next",
    Reference = "Song et al. 2021, appendix G", Aliases = ["pc"])]
[Variant("corrector=none")]
public sealed class PredictorCorrectorSolver(PredictorCorrectorOptions options) : ISolver
{
    private readonly ISolver? _predictor = options.Predictor switch
    {
        SamplingPredictor.ReverseDiffusion => new ReverseDiffusionSolver(new() { ProbabilityFlow = options.ProbabilityFlow }),
        SamplingPredictor.EulerMaruyama => new EulerMaruyamaSolver(new() { Eta = options.ProbabilityFlow ? 0 : 1 }),
        SamplingPredictor.Ancestral => new DdpmSolver(new() { Variance = options.Variance }),
        SamplingPredictor.Ddim => new DdimSolver(new()),
        _ => null,
    };

    /// <inheritdoc/>
    public SolverTraits Traits
    {
        get
        {
            int corrections = options.Corrector == SamplingCorrector.None ? 0 : options.Steps;
            return new()
            {
                Order = corrections > 0 ? null : 1, // the corrector leaves an error of its own at every level
                EvaluationsPerStep = corrections + (_predictor is null ? 0 : 1),
                IsStochastic = corrections > 0 || _predictor?.Traits.IsStochastic == true,
            };
        }
    }

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        Tensor x = step.X;
        if (options.Corrector != SamplingCorrector.None)
        {
            for (int k = 0; k < options.Steps; k++)
                x = Correct(step, x, step.Noise.Independent(((long)step.Index * options.Steps) + k, x), denoiser);
        }

        if (_predictor is not null)
            return _predictor.Step(step with { X = x }, denoiser);
        return ReferenceEquals(x, step.X) ? x.clone() : x;
    }

    private Tensor Correct(in SolverStep step, Tensor x, Tensor noise, IDenoiser denoiser)
    {
        NoiseLevel level = step.From;
        Prediction prediction = denoiser.Predict(x, level);
        if (options.Corrector == SamplingCorrector.Renoise)
        {
            return prediction.StateAt(level.Alpha, level.Sigma * Math.Sqrt(1 - options.Delta))
                .add_(noise, alpha: level.Sigma * Math.Sqrt(options.Delta));
        }

        double ratio = options.Snr * level.Alpha / step.To.Alpha;
        if (options.Corrector == SamplingCorrector.AnnealedLangevin)
        {
            double root = ratio * level.Sigma; // √(δ/2)
            return prediction.Combine(_ => 1, _ => 0, l => -2 * root * root / l.Sigma).add_(noise, alpha: 2 * root);
        }

        Tensor score = prediction.Score;
        Tensor roots = Norm(noise).div_(Norm(score)).mul_(ratio);
        return x + (score * roots.square().mul_(2)) + (noise * roots.mul_(2));
    }

    /// <summary>Euclidean norms of the samples, or their mean over the batch, shape (B, 1, …) or (1, 1, …).</summary>
    private Tensor Norm(Tensor x)
    {
        Tensor norms = x.flatten(1).square().sum(dim: 1).sqrt();
        if (options.Coupling == SnrCoupling.Batch)
            norms = norms.mean([0L], keepdim: true);
        long[] shape = new long[x.dim()];
        Array.Fill(shape, 1);
        shape[0] = norms.shape[0];
        return norms.reshape(shape);
    }
}
