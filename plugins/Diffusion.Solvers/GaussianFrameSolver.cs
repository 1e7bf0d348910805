using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="GaussianFrameSolver"/>.</summary>
public sealed record GaussianFrameOptions : ComponentOptions
{
    [Description("Estimates that a full step uses, which is its order: 1 to 4.")]
    [Range(1, 4)]
    public int Order { get; init; } = 4;

    [Description("Mean of the data, the same in all dimensions; where it is left out, that of the data where it is known, otherwise 0.")]
    public double? Mean { get; init; }

    [Description("Standard deviation of the data in a dimension; where it is left out, that of the data where it is known, otherwise 0.5.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double? StandardDeviation { get; init; }

    [Description("The first steps: ramp (orders 1, 2, 3, …, one evaluation a step) or single-step (keeps the order, a few evaluations more).")]
    public StartUp StartUp { get; init; } = StartUp.Ramp;

    [Description("Whether the last steps are of orders …, 2, 1; the run is then of order 2.")]
    public bool LowerOrderFinal { get; init; }
}

/// <summary>
/// Adams-Bashforth on what a Gaussian leaves over: the flow of the Gaussian with the data's mean and variance is followed exactly, and only the rest of the
/// data prediction is a polynomial. Orders 1 to 4, one evaluation a step.
/// </summary>
/// <remarks>
/// With σ̂ = σ/α, x̂ = x/α and the mean m and variance c² of the data, the data prediction of N(m, c² I) is m + g (x̂ − m), g = c²/(c² + σ̂²). What a
/// denoiser predicts beside it is the residual
/// <code>
/// r = D − m − g (x̂ − m)
/// </code>
/// In the frame y = (x̂ − m)/√(c² + σ̂²) the flow of that Gaussian stands still, and the probability-flow ODE is dy/dσ̂ = −r/(σ̂ √(c² + σ̂²)). With
/// u = arsinh(σ̂/c) and ℓ_j the polynomial of u that is 1 at the j-th newest level and 0 at the others:
/// <code>
/// y_t = y_s − Σ_j w_j r_j,   w_j = ∫_{σ̂_s}^{σ̂_t} ℓ_j(u(σ̂)) /(σ̂ √(c² + σ̂²)) dσ̂
/// </code>
/// u is σ̂/c where the noise is small, so that the polynomial does not run away over the many octaves of noise below the data's details, and log σ̂ where it
/// is large. The integrals are computed in v = arsinh(c/σ̂), in which their weight is the constant −1/c: dσ̂/(σ̂ √(c² + σ̂²)) = −dv/c. At pure noise
/// (α = 0) v is 0 and u has no bound: that level is left out of the past. Where the data are Gaussian, r is 0 and a single step is exact. The idea of
/// splitting off a part with a known solution is that of exponential integrators (Hochbruck &amp; Ostermann 2010); DPM-Solver-v3 (Zheng et al. 2023)
/// splits off a linear part that is estimated from the network. A step to σ = 0 is DDIM's.
/// </remarks>
[Component(ComponentKind.Solver, "gaussian-frame", "Adams-Bashforth on the residual of the data's Gaussian: orders 1 to 4, one evaluation per step",
    Reference = "docs/record.md; exponential integrators: Hochbruck & Ostermann 2010, section 2.7")]
[Variant("startUp=single-step")]
[Variant("startUp=single-step", "order=3")]
[Variant("order=2")]
public sealed class GaussianFrameSolver : MultistepSolver
{
    private readonly double[] _mean;
    private readonly double _scale;

    /// <param name="options">Its options.</param>
    /// <param name="data">What is known of the data.</param>
    public GaussianFrameSolver(GaussianFrameOptions options, DataDescription? data = null)
        : base(options.Order, options.StartUp, options.LowerOrderFinal)
    {
        DataMoments? moments = DataMoments.FromDescription(data);
        _mean = options.Mean is { } mean ? [mean] : [.. moments?.Mean ?? [0]];
        _scale = options.StandardDeviation ?? moments?.StandardDeviation ?? DataMoments.CustomaryDeviation;
    }

    private protected override Tensor Advance(in SolverStep step, IReadOnlyList<Evaluation> estimates)
    {
        if (step.To.IsClean)
            return estimates[0].Prediction.StateAt(step.To.Alpha, step.To.Sigma);

        // √(α² c² + σ²), so that y is finite at pure noise too.
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        (double first, double last) = (double.Hypot(from.Alpha * _scale, from.Sigma), double.Hypot(to.Alpha * _scale, to.Sigma));
        double kept = last / first;
        double ofMean = to.Alpha - (from.Alpha * kept);
        double[] weights = Weights(estimates, from, to);
        Tensor mean = Mean(step.X);
        Tensor next = (step.X * kept).add_(mean, alpha: ofMean);
        for (int j = 0; j < weights.Length; j++)
        {
            // D − g x̂ − (1 − g) m
            Tensor rest = estimates[j].Prediction.Combine(Share, _ => 1, _ => 0);
            next.add_(rest, alpha: last * weights[j]).add_(mean, alpha: last * weights[j] * ShareOfMean(estimates[j].Level));
        }

        return next;
    }

    // ∫ ℓ_j(u) dv/c from v_s to v_t.
    private double[] Weights(IReadOnlyList<Evaluation> estimates, NoiseLevel from, NoiseLevel to)
    {
        (double start, double end) = (Math.Asinh(_scale * from.Alpha / from.Sigma), Math.Asinh(_scale * to.Alpha / to.Sigma));
        double[] weights = estimates.Count == 1
            ? [end - start]
            : LagrangeIntegrals.Mapped(
                [.. estimates.Select(estimate => Math.Asinh(estimate.Level.NoiseToSignal / _scale))], start, end, v => Math.Asinh(1 / Math.Sinh(v)), _ => 1);
        return [.. weights.Select(weight => weight / _scale)];
    }

    // −g/α
    private double Share(NoiseLevel level) => -_scale * _scale * level.Alpha / SquaredNorm(level);

    // −(1 − g)
    private double ShareOfMean(NoiseLevel level) => -level.Sigma * level.Sigma / SquaredNorm(level);

    private double SquaredNorm(NoiseLevel level) => (level.Alpha * _scale * level.Alpha * _scale) + (level.Sigma * level.Sigma);

    // One number, or one for each dimension in the shape of a sample.
    private Tensor Mean(Tensor like)
    {
        Tensor mean = tensor(_mean, like.dtype, like.device);
        return _mean.Length == 1 ? mean : mean.reshape(like.shape[1..]);
    }
}
