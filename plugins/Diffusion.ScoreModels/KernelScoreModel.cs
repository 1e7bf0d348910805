using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.ScoreModels.Kernels;
using Diffusion.ScoreModels.Rows;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.ScoreModels;

/// <summary>Options of <see cref="KernelScoreModel"/>.</summary>
public sealed record KernelScoreOptions : ComponentOptions, IValidatableObject
{
    /// <summary>h.</summary>
    [Range(0.0, 1e6)]
    [Description("Standard deviation of the kernels on clean data; 0 takes the median distance between the kernels' centres.")]
    public double Bandwidth { get; init; }

    /// <summary>Ridge.</summary>
    [Range(1e-14, 1e3)]
    [Description("What is added to the diagonal of the linear system, in units of its mean.")]
    public double Ridge { get; init; } = 1e-5;

    /// <summary>M.</summary>
    [Range(1, 10000)]
    [Description("How many training rows serve as the kernels' centres, evenly spread over the rows; all where there are no more.")]
    public int Points { get; init; } = 200;

    /// <summary>N.</summary>
    [Range(2, 1000000)]
    [Description("How many training rows the objective is averaged over, evenly spread over the rows; all where there are no more.")]
    public int Rows { get; init; } = 2000;

    /// <summary>What the kernels are added to.</summary>
    [Description("What the kernels' field is added to: gaussian (the score of the Gaussian with the rows' moments) or none.")]
    public KernelScoreBase Base { get; init; }

    /// <summary>Noise scales.</summary>
    [Range(2, 1000)]
    [Description("How many noise scales are solved for, in geometric progression; between them the field is interpolated.")]
    public int Levels { get; init; } = 40;

    /// <summary>Smallest σ/α.</summary>
    [Range(1e-9, 1e9)]
    [Description("Smallest noise scale sigma/alpha that is solved for.")]
    public double SigmaMin { get; init; } = 0.002;

    /// <summary>Largest σ/α.</summary>
    [Range(1e-9, 1e9)]
    [Description("Largest noise scale sigma/alpha that is solved for.")]
    public double SigmaMax { get; init; } = 80;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SigmaMin >= SigmaMax)
            yield return new ValidationResult("sigmaMin must be smaller than sigmaMax.", [nameof(SigmaMin)]);
    }
}

/// <summary>A kernel field for the score, which implicit score matching determines in closed form: no training, one linear system a noise scale.</summary>
/// <remarks>
/// s(x) = s_0(x) + Σ_j α_j ∇_x k(x, x_j) with a Gaussian kernel makes the objective E[tr ∇s + ½|s|²] quadratic in α. It is solved at noise
/// scales σ/α in geometric progression, each when it is first needed, on noisy rows y + σ z whose noise is averaged in closed form and with
/// kernels of squared bandwidth h² + σ²:
/// <code>
/// (C + ρ I) α = −b,   C_jl = E[∇k_j · ∇k_l],   b_j = E[Δk_j + s_0 · ∇k_j]
/// </code>
/// Between two noise scales σ times the kernels' field is interpolated in log σ; beyond the ends the end's field is kept. A log-density
/// up to a constant is known: the field is a gradient. This is the kernel exponential family with its basis restricted to k(·, x_j)
/// (Strathmann et al. 2015), whose full solution Sriperumbudur et al. give.
/// </remarks>
[Component(ComponentKind.ScoreModel, "kernel-score", "A kernel field that implicit score matching determines in closed form.",
    Reference = "Sriperumbudur et al. 2017, Density Estimation in Infinite Dimensional Exponential Families; Strathmann et al. 2015, section 4.1",
    Aliases = ["kernel-exponential-family"])]
public sealed class KernelScoreModel : IScoreModel
{
    private readonly KernelScoreOptions _options;
    private readonly Lazy<KernelScoreSolution>[] _solutions;
    private readonly double[] _rows;
    private readonly double[] _points;
    private readonly long _dimension;
    private readonly double _squaredBandwidth;
    private readonly double[] _mean;
    private readonly double[] _covariance;
    private readonly GaussianScoreModel? _base;

    /// <param name="options">The kernels.</param>
    /// <param name="data">The rows.</param>
    /// <exception cref="ArgumentException">There are fewer than two rows, or all are equal.</exception>
    public KernelScoreModel(KernelScoreOptions options, DataSet data)
    {
        _options = options;
        using var scope = NewDisposeScope();
        Tensor rows = data.Train.reshape(data.Train.shape[0], -1);
        _dimension = rows.shape[1];
        _rows = Spread(rows, options.Rows);
        _points = Spread(rows, options.Points);
        (_mean, _covariance) = RowMoments.Compute(rows);
        _squaredBandwidth = options.Bandwidth > 0 ? options.Bandwidth * options.Bandwidth : MedianSquaredDistance();
        if (options.Base == KernelScoreBase.Gaussian)
            _base = new GaussianScoreModel(new GaussianScoreModelOptions { Moments = GaussianMoments.Rows }, data);
        _solutions = [.. Enumerable.Range(0, options.Levels).Select(node => new Lazy<KernelScoreSolution>(() => Solve(Scale(node))))];
    }

    /// <inheritdoc/>
    public Prediction Predict(Tensor x, NoiseLevels levels)
    {
        Tensor shift = Shift(x, levels);
        if (_base is null)
            return new(PredictionKind.Noise, shift.neg(), x, levels);

        Prediction start = _base.Predict(x, levels);
        if (!levels.IsUniform)
            return new(PredictionKind.V, start.V - levels.Scale(l => Finite(l, ((l.Alpha * l.Alpha) + (l.Sigma * l.Sigma)) / l.Alpha), shift), x, levels);

        return levels[0].Sigma < levels[0].Alpha
            ? new(PredictionKind.Noise, start.Epsilon - shift, x, levels)
            : new(PredictionKind.Data, start.X0 + levels.Scale(l => Finite(l, l.NoiseToSignal), shift), x, levels);
    }

    /// <summary>The minimum of implicit score matching at any noise scale, solved anew.</summary>
    /// <param name="noiseScale">σ/α; 0 for the rows as they are.</param>
    public KernelScoreSolution Solve(double noiseScale)
    {
        using var scope = NewDisposeScope();
        double noise = noiseScale * noiseScale;
        double width = _squaredBandwidth + noise;
        (Tensor Mean, Tensor Precision)? gaussian = null;
        if (_base is not null)
        {
            Tensor covariance = tensor(_covariance, [_dimension, _dimension]) + (noise * eye(_dimension, dtype: ScalarType.Float64));
            gaussian = (tensor(_mean), linalg.inv(covariance));
        }

        var matching = new ImplicitScoreMatching(tensor(_rows).reshape(-1, _dimension), tensor(_points).reshape(-1, _dimension));
        (double[] coefficients, double ridge) = matching.Solve(noise, width, _options.Ridge, gaussian);
        return new KernelScoreSolution(noiseScale, width, _points, coefficients, ridge);
    }

    /// <summary>σ/α times the kernels' part of the exploding score, ∇ Σ_j α_j k, at x/α: what it takes from the predicted noise. Shape of x.</summary>
    private Tensor Shift(Tensor x, NoiseLevels levels)
    {
        Tensor points = levels.Scale(l => Finite(l, 1 / l.Alpha), x.reshape(x.shape[0], -1));
        var shares = new SortedDictionary<int, double[]>();
        for (int i = 0; i < levels.Count; i++)
        {
            foreach ((int node, double share) in Shares(levels[i]))
            {
                if (!shares.TryGetValue(node, out double[]? column))
                    shares[node] = column = new double[levels.Count];
                column[i] = share;
            }
        }

        Tensor sum = zeros_like(points);
        foreach ((int node, double[] column) in shares)
            sum = sum + (Field(_solutions[node].Value, points) * tensor(column, [column.Length, 1], dtype: x.dtype, device: x.device));
        return sum.reshape(x.shape);
    }

    // Which solutions make up a level's shift, with the factor of each one's field.
    private IEnumerable<(int Node, double Share)> Shares(NoiseLevel level)
    {
        if (level.Alpha == 0 || level.IsClean)
            yield break;

        int last = _options.Levels - 1;
        double place = last * Math.Log(level.NoiseToSignal / _options.SigmaMin) / Math.Log(_options.SigmaMax / _options.SigmaMin);
        if (place <= 0 || place >= last)
        {
            yield return (place <= 0 ? 0 : last, level.NoiseToSignal);
            yield break;
        }

        int node = (int)place;
        yield return (node, (1 - (place - node)) * Scale(node));
        if (place > node)
            yield return (node + 1, (place - node) * Scale(node + 1));
    }

    private double Scale(int node) => _options.SigmaMin * Math.Pow(_options.SigmaMax / _options.SigmaMin, (double)node / (_options.Levels - 1));

    // ∇ Σ_j α_j k(x, x_j) = −(1/a) Σ_j α_j k_j (x − x_j).
    private Tensor Field(KernelScoreSolution solution, Tensor x)
    {
        Tensor centres = tensor([.. solution.Points], [solution.Coefficients.Count, _dimension], dtype: x.dtype, device: x.device);
        Tensor coefficients = tensor([.. solution.Coefficients], dtype: x.dtype, device: x.device);
        Tensor weights = (ImplicitScoreMatching.SquaredDistances(x, centres) * (-0.5 / solution.SquaredBandwidth)).exp() * coefficients;
        return (weights.matmul(centres) - (x * weights.sum(dim: 1, keepdim: true))) / solution.SquaredBandwidth;
    }

    private double MedianSquaredDistance()
    {
        Tensor points = tensor(_points).reshape(-1, _dimension);
        Tensor distances = ImplicitScoreMatching.SquaredDistances(points, points);
        Tensor apart = distances.flatten().masked_select(distances.flatten() > 0);
        return apart.numel() > 0
            ? apart.median().ToDouble()
            : throw new ArgumentException("The kernels' centres are all equal: give kernel-score a bandwidth.");
    }

    // The factor is used at α = 0 too, where there is no shift.
    private static double Finite(NoiseLevel level, double factor) => level.Alpha == 0 ? 0 : factor;

    private static double[] Spread(Tensor rows, int most)
    {
        long count = Math.Min(most, rows.shape[0]);
        Tensor indices = tensor([.. Enumerable.Range(0, (int)count).Select(i => i * rows.shape[0] / count)], dtype: ScalarType.Int64);
        return rows.index_select(0, indices).contiguous().data<double>().ToArray();
    }
}
