using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Numerics;
using Diffusion.ScoreModels.Mixture;

using static TorchSharp.torch;

namespace Diffusion.ScoreModels;

/// <summary>Options of <see cref="GaussianMixtureScoreModel"/>. With none the mixture is that of the data.</summary>
public sealed record GaussianMixtureScoreModelOptions : ComponentOptions, IValidatableObject
{
    /// <summary>μ_k.</summary>
    [Description("The components' means, one array per component; empty takes the mixture of the data.")]
    public double[][] Means { get; init; } = [];

    /// <summary>w_k.</summary>
    [Description("The components' weights, normalised to sum to 1; empty for equal weights.")]
    public double[] Weights { get; init; } = [];

    /// <summary>s_k.</summary>
    [Description("Standard deviations of isotropic components: one for each or one for all.")]
    public double[] StandardDeviations { get; init; } = [];

    /// <summary>C_k.</summary>
    [Description("Full covariances: one array of D² entries per component, row by row.")]
    public double[][] Covariances { get; init; } = [];

    /// <summary>Whether the mixture is that of the data.</summary>
    internal bool IsEmpty => Means.Length == 0 && Weights.Length == 0 && StandardDeviations.Length == 0 && Covariances.Length == 0;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string? problem = null;
        try
        {
            if (!IsEmpty)
                Mixture();
        }
        catch (ArgumentException e)
        {
            problem = e.Message;
        }

        if (problem is not null)
            yield return new ValidationResult(problem, [nameof(Means)]);
    }

    /// <exception cref="ArgumentException">The options do not describe a mixture.</exception>
    internal GaussianMixture Mixture() => GaussianMixture.FromArrays(Means, Weights, StandardDeviations, Covariances);
}

/// <summary>The exact score of a Gaussian mixture at every level of every Gaussian path.</summary>
/// <remarks>
/// x_0 ~ Σ_k w_k N(μ_k, C_k) gives x_t ~ Σ_k w_k N(α μ_k, S_k), S_k = α² C_k + σ² I. With the posterior probabilities
/// r_k ∝ w_k N(x_t; α μ_k, S_k):
/// <code>
/// ε̂ = σ Σ_k r_k S_k⁻¹ (x − α μ_k)        D = Σ_k r_k [μ_k + α C_k S_k⁻¹ (x − α μ_k)]
/// </code>
/// Predictions come as noise where σ &lt; α and as data elsewhere (as v where the levels of a batch differ), so that no conversion loses
/// digits between σ = 1e-5 and σ = 80. On the CPU without gradients and with one level for the batch a fused kernel does the work;
/// otherwise tensor operations that autograd can follow.
/// </remarks>
[Component(ComponentKind.ScoreModel, "exact-mixture", "The exact score of a Gaussian mixture, the data's own or a given one.",
    Reference = "Tweedie's formula, Efron 2011, doi:10.1198/jasa.2011.tm11181")]
public sealed class GaussianMixtureScoreModel : IScoreModel
{
    // Beyond it the D² products a component of a full covariance belong to a matrix library.
    private const int LargestFusedCovariance = 32;

    // Points that one thread takes at a time; the split leaves every result as it is.
    private const int BlockPoints = 2048;

    private readonly MixtureSpectrum _spectrum;

    /// <param name="options">The mixture, if it is not the data's.</param>
    /// <param name="data">The data to denoise.</param>
    /// <exception cref="ArgumentException">The data are not a known mixture and none is given, or the dimensions differ.</exception>
    public GaussianMixtureScoreModel(GaussianMixtureScoreModelOptions options, DataDescription data)
    {
        GaussianMixture mixture = options.IsEmpty
            ? data.Mixture ?? throw new ArgumentException(
                $"The data '{data.Name}' are not a known mixture: give exact-mixture means and standardDeviations or covariances, "
                    + "or take data of the kind gaussian-mixture.")
            : options.Mixture();
        long dimension = data.Shape.Aggregate(1L, (product, size) => product * size);
        if (mixture.Dimension != dimension)
            throw new ArgumentException($"The mixture has {mixture.Dimension} dimensions but the data '{data.Name}' have {dimension}.");

        _spectrum = new MixtureSpectrum(mixture);
    }

    /// <param name="mixture">The mixture.</param>
    internal GaussianMixtureScoreModel(GaussianMixture mixture) => _spectrum = new MixtureSpectrum(mixture);

    /// <inheritdoc/>
    public Prediction Predict(Tensor x, NoiseLevels levels)
    {
        PosteriorMean mean = PosteriorMean.BestConditioned(levels);
        Tensor value = CanFuse(x, levels)
            ? x.dtype == ScalarType.Float32 ? Fused<float>(x, levels[0], mean) : Fused<double>(x, levels[0], mean)
            : new MixtureTensors(_spectrum, x.reshape(x.shape[0], -1), levels).Posterior(mean).reshape(x.shape);
        return new Prediction(mean.Kind, value, x, levels);
    }

    /// <summary>log p_t(x), the log-density of the noisy data in nats. Shape (B); differentiable.</summary>
    public Tensor LogDensity(Tensor x, NoiseLevels levels) =>
        new MixtureTensors(_spectrum, x.reshape(x.shape[0], -1), levels).LogDensity();

    private bool CanFuse(Tensor x, NoiseLevels levels) =>
        levels.IsUniform
        && TensorNumbers.AreReadable(x)
        && (_spectrum.IsIsotropic || _spectrum.Dimension <= LargestFusedCovariance);

    private Tensor Fused<T>(Tensor x, NoiseLevel level, PosteriorMean mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TensorNumbers.Map<T>(x, BlockPoints * _spectrum.Dimension, new FusedMixture<T>(_spectrum, level, mean).Evaluate);
}
