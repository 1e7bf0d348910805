using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Losses;

/// <summary>Options of <see cref="ExplicitScoreMatchingLoss"/>.</summary>
public sealed record ExplicitScoreMatchingOptions : ComponentOptions
{
    /// <summary>Whose score is matched.</summary>
    [Description("Whose score is matched: known, the data's own mixture, or kde, a kernel density estimate from the rows.")]
    public ReferenceDensity Density { get; init; }

    /// <summary>h.</summary>
    [Description("Standard deviation of the kernel for kde, in the units of the rows; at 0 each row is a point and the level's noise is the kernel.")]
    [Range(0.0, 1e6)]
    public double Bandwidth { get; init; } = 0.1;
}

/// <summary>Explicit score matching: the model's score against the score itself.</summary>
/// <remarks>
/// Per sample
/// <code>
/// ½ ‖s(x_t) − ∇ log p_t(x_t)‖²
/// known   p_t the data's mixture along the path, x_t = α x_0 + σ ε
/// kde     p_t = 1/N Σ_n N(α x_n, (σ² + α² h²) I),  x_t = α x_0 + √(σ² + α² h²) ε drawn from it
/// </code>
/// averaged over the data's dimensions and weighted by σ² unless another weighting is chosen. Its expectation is half the Fisher divergence,
/// 0 at the exact score. The kernel density estimate at h = 0 is the noised training set, whose score the denoising losses learn in the end; it
/// costs B · N distances a step.
/// </remarks>
[Component(ComponentKind.Loss, "explicit-score-matching", "Half the squared distance of the score from the known one or a kernel density estimate's",
    Reference = "Hyvärinen 2005, equation 2; Vincent 2011, equation 8", Aliases = ["esm"])]
public sealed class ExplicitScoreMatchingLoss : ILoss
{
    private readonly ExplicitScoreMatchingOptions _options;
    private readonly DataSet _data;
    private readonly MixtureScore? _mixture;

    /// <param name="options">Whose score is matched.</param>
    /// <param name="data">The data, whose mixture or rows give the score.</param>
    public ExplicitScoreMatchingLoss(ExplicitScoreMatchingOptions options, DataSet data)
    {
        (_options, _data) = (options, data);
        if (options.Density == ReferenceDensity.Known && data.Description.Mixture is { } mixture)
            _mixture = new MixtureScore(mixture);
    }

    /// <inheritdoc/>
    public ResidualForm Residual => ResidualForm.Score;

    /// <inheritdoc/>
    public ILossWeighting DefaultWeighting { get; } = new SigmaSquaredWeighting();

    /// <inheritdoc/>
    public string? Objection(DataDescription data) => _options.Density == ReferenceDensity.Kde || data.Mixture is not null
        ? null
        : $"needs the density of the data, and that of '{data.Name}' is not known; take density 'kde', or a loss that needs samples only (denoising, "
            + "implicit or sliced score matching)";

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The density is not known; <see cref="Objection"/> says so beforehand.</exception>
    public Tensor Evaluate(IScoreModel model, LossBatch batch)
    {
        Tensor x = _options.Density == ReferenceDensity.Kde
            ? batch.Levels.Combine(l => l.Alpha, batch.Data, KernelScale, batch.Noise)
            : batch.NoisyData();
        Tensor target = Target(x.to(ScalarType.Float64).flatten(1), batch.Levels).reshape(x.shape).to(x.dtype);
        return (model.Predict(x, batch.Levels).Score - target).square().flatten(1).mean([1]).mul_(0.5);
    }

    /// <summary>The score to match at x, shape (B, D), float64.</summary>
    private Tensor Target(Tensor x, NoiseLevels levels)
    {
        if (_options.Density == ReferenceDensity.Kde)
            return KernelScore(x, levels);
        return _mixture is { } mixture
            ? mixture.At(x, levels)
            : throw new InvalidOperationException($"The density of '{_data.Description.Name}' is not known.");
    }

    /// <summary>∇ log p_t(x) = (α Σ_n r_n x_n − x)/(σ² + α² h²), r_n ∝ exp(−‖x − α x_n‖²/2(σ² + α² h²)).</summary>
    private Tensor KernelScore(Tensor x, NoiseLevels levels)
    {
        Tensor rows = _data.Train.to(ScalarType.Float64, x.device).flatten(1);
        Tensor alpha = levels.Coefficients(l => l.Alpha, x);
        Tensor variance = levels.Coefficients(l => KernelScale(l) * KernelScale(l), x);

        // ‖x‖² is the same for every row of the data, so it does not matter for r.
        Tensor logits = ((x.matmul(rows.transpose(0, 1)) * alpha) - (rows.square().sum(dim: 1) * alpha.square() * 0.5)) / variance;
        return ((logits.softmax(1).matmul(rows) * alpha) - x) / variance;
    }

    private double KernelScale(NoiseLevel level) => Math.Sqrt((level.Sigma * level.Sigma) + Square(level.Alpha * _options.Bandwidth));

    private static double Square(double x) => x * x;
}
