using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.ScoreModels.Rows;

using static TorchSharp.torch;

namespace Diffusion.ScoreModels;

/// <summary>Options of <see cref="KernelDensityScoreModel"/>.</summary>
public sealed record KernelDensityOptions : ComponentOptions
{
    /// <summary>How wide the kernels are.</summary>
    [Description("How wide the kernels are: scott or silverman (a factor of the rows' covariance, by their number and dimension), or fixed.")]
    public BandwidthRule Rule { get; init; }

    /// <summary>h where it is fixed.</summary>
    [Range(0.0, 1e6)]
    [Description("Standard deviation of the kernels where the rule is fixed, the same in all directions.")]
    public double Bandwidth { get; init; } = 0.1;
}

/// <summary>The score of a kernel density estimate of the training rows, with Gaussian kernels.</summary>
/// <remarks>
/// p_0 = (1/N) Σ_j N(y_j, C) with C = h² I, or C = h² Ĉ where Ĉ is the rows' sample covariance and h a rule of thumb for N rows in D
/// dimensions. At every level p_t is the mixture of N(α y_j, α² C + σ² I), so that its score is exact:
/// <code>
/// scott  h = N^(−1/(D+4))        silverman  h = (N (D + 2)/4)^(−1/(D+4))
/// </code>
/// The kernel density's own score, at σ = 0, is the plug-in of explicit score matching. Every evaluation visits every row, in blocks.
/// </remarks>
[Component(ComponentKind.ScoreModel, "kernel-density", "The exact score of a kernel density estimate of the training rows.",
    Reference = "Scott 1992, Multivariate Density Estimation; Silverman 1986, Density Estimation for Statistics and Data Analysis", Aliases = ["kde"])]
public sealed class KernelDensityScoreModel : IScoreModel
{
    private readonly RowMixture _mixture;

    /// <param name="options">The bandwidth.</param>
    /// <param name="data">The rows.</param>
    /// <exception cref="ArgumentException">A rule of thumb is asked for and there are fewer than two rows.</exception>
    public KernelDensityScoreModel(KernelDensityOptions options, DataSet data)
    {
        Tensor rows = data.Train;
        if (options.Rule == BandwidthRule.Fixed)
        {
            _mixture = new RowMixture(rows, options.Bandwidth);
            return;
        }

        using var scope = NewDisposeScope();
        long dimension = rows.numel() / rows.shape[0];
        double count = options.Rule == BandwidthRule.Scott ? rows.shape[0] : rows.shape[0] * (dimension + 2) / 4.0;
        double factor = Math.Pow(count, -1.0 / (dimension + 4));
        (_, double[] covariance) = RowMoments.Compute(rows.reshape(rows.shape[0], -1));
        _mixture = new RowMixture(rows, Array.ConvertAll(covariance, entry => factor * factor * entry));
    }

    /// <inheritdoc/>
    public Prediction Predict(Tensor x, NoiseLevels levels) => _mixture.Predict(x, levels);

    /// <summary>log p_t(x), the log-density of the noisy data in nats. Shape (B); differentiable.</summary>
    public Tensor LogDensity(Tensor x, NoiseLevels levels) => _mixture.LogDensity(x, levels);
}
