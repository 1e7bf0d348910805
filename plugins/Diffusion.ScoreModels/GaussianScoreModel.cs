using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.ScoreModels.Rows;

using static TorchSharp.torch;

namespace Diffusion.ScoreModels;

/// <summary>Options of <see cref="GaussianScoreModel"/>. With none the moments are those of the data.</summary>
public sealed record GaussianScoreModelOptions : ComponentOptions, IValidatableObject
{
    /// <summary>μ.</summary>
    [Description("The mean, D numbers; empty takes the data's.")]
    public double[] Mean { get; init; } = [];

    /// <summary>C.</summary>
    [Description("The covariance, D² numbers row by row; empty takes the data's.")]
    public double[] Covariance { get; init; } = [];

    /// <summary>Where moments come from that are not given.</summary>
    [Description("Where moments that are not given come from: law (those of the mixture behind the data where it is known, "
        + "else of the rows) or rows (those of the training rows).")]
    public GaussianMoments Moments { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Covariance.Length > 0 && Math.Sqrt(Covariance.Length) % 1 != 0)
            yield return new ValidationResult($"A covariance has D² entries, not {Covariance.Length}.", [nameof(Covariance)]);
        else if (Mean.Length > 0 && Covariance.Length > 0 && Covariance.Length != Mean.Length * Mean.Length)
            yield return new ValidationResult(
                $"The mean has {Mean.Length} entries but the covariance {Covariance.Length}; it needs {Mean.Length * Mean.Length}.", [nameof(Covariance)]);
    }
}

/// <summary>The exact score of one Gaussian: given, fitted to the data, or with the moments of the law they come from.</summary>
/// <remarks>
/// x_0 ~ N(μ, C) gives x_t ~ N(α μ, S) with S = α² C + σ² I and
/// <code>
/// D = μ + α C S⁻¹ (x − α μ)        ε̂ = σ S⁻¹ (x − α μ)
/// </code>
/// the best linear denoiser of any data with these moments (Wiener's filter). C may lack rank where σ &gt; 0.
/// </remarks>
[Component(ComponentKind.ScoreModel, "exact-gaussian", "The exact score of one Gaussian: given, or with the data's mean and covariance.",
    Reference = "Tweedie's formula, Efron 2011, doi:10.1198/jasa.2011.tm11181", Aliases = ["gaussian", "linear"])]
public sealed class GaussianScoreModel : IScoreModel
{
    private readonly GaussianMixtureScoreModel _model;

    /// <param name="options">The moments that are given.</param>
    /// <param name="data">Where the others come from.</param>
    /// <exception cref="ArgumentException">The dimensions differ, the covariance is not symmetric and positive definite, or the rows are too few.</exception>
    public GaussianScoreModel(GaussianScoreModelOptions options, DataSet data)
    {
        int dimension = (int)data.Description.Shape.Aggregate(1L, (product, size) => product * size);
        if ((options.Mean.Length > 0 && options.Mean.Length != dimension)
            || (options.Covariance.Length > 0 && options.Covariance.Length != dimension * dimension))
            throw new ArgumentException($"The data '{data.Description.Name}' have {dimension} dimensions: "
                + $"exact-gaussian takes {dimension} numbers for the mean and {dimension * dimension} for the covariance.");

        (double[] mean, double[] covariance) = (options.Mean, options.Covariance);
        if (covariance.Length > 0)
            new GaussianComponent(1, new double[dimension], Square(covariance, dimension)).CholeskyFactor();
        if (mean.Length == 0 || covariance.Length == 0)
        {
            (double[] ownMean, double[] ownCovariance) = options.Moments == GaussianMoments.Law && data.Description.Mixture is { } mixture
                ? Moments(mixture)
                : RowMoments.Compute(data.Train.reshape(data.Train.shape[0], -1));
            mean = mean.Length == 0 ? ownMean : mean;
            covariance = covariance.Length == 0 ? ownCovariance : covariance;
        }

        _model = new GaussianMixtureScoreModel(new GaussianMixture([new GaussianComponent(1, mean, Square(covariance, dimension))]));
    }

    /// <inheritdoc/>
    public Prediction Predict(Tensor x, NoiseLevels levels) => _model.Predict(x, levels);

    /// <summary>log p_t(x), the log-density of the noisy data in nats. Shape (B); differentiable.</summary>
    public Tensor LogDensity(Tensor x, NoiseLevels levels) => _model.LogDensity(x, levels);

    // μ = Σ w μ_k,   C = Σ w (C_k + (μ_k − μ)(μ_k − μ)ᵀ).
    private static (double[] Mean, double[] Covariance) Moments(GaussianMixture mixture)
    {
        int dimension = mixture.Dimension;
        double[] mean = [.. Enumerable.Range(0, dimension).Select(i => mixture.Components.Sum(c => c.Weight * c.Mean[i]))];
        double[] covariance = new double[dimension * dimension];
        for (int i = 0; i < covariance.Length; i++)
        {
            (int row, int column) = (i / dimension, i % dimension);
            covariance[i] = mixture.Components.Sum(c => c.Weight * (c.Covariance[row, column] + ((c.Mean[row] - mean[row]) * (c.Mean[column] - mean[column]))));
        }

        return (mean, covariance);
    }

    private static double[,] Square(double[] entries, int dimension)
    {
        double[,] matrix = new double[dimension, dimension];
        for (int i = 0; i < entries.Length; i++)
            matrix[i / dimension, i % dimension] = entries[i];
        return matrix;
    }
}
