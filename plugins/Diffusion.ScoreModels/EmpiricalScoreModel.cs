using Diffusion.ScoreModels.Rows;

using static TorchSharp.torch;

namespace Diffusion.ScoreModels;

/// <summary>The ideal denoiser of the training rows themselves: what denoising score matching on a finite set would reach without a network's limits.</summary>
/// <remarks>
/// x_0 is one of N rows y_j with equal probability, so that with r_j ∝ exp(−|x − α y_j|²/(2 σ²))
/// <code>
/// D = Σ_j r_j y_j        ε̂ = Σ_j r_j (x − α y_j)/σ
/// </code>
/// Sampling with it returns rows of the data: as σ → 0 the nearest row takes all the weight; as σ → ∞ D is the rows' mean. Every evaluation
/// visits every row, in blocks, and holds nothing of the size B × N. Needs σ &gt; 0.
/// </remarks>
[Component(ComponentKind.ScoreModel, "empirical", "The ideal denoiser of the training rows: a softmax over all of them.",
    Reference = "Karras et al. 2022, Elucidating the Design Space of Diffusion-Based Generative Models, appendix B.3, equation 57",
    Aliases = ["ideal-denoiser"])]
public sealed class EmpiricalScoreModel : IScoreModel
{
    private readonly RowMixture _mixture;

    /// <param name="data">The rows.</param>
    public EmpiricalScoreModel(DataSet data) => _mixture = new RowMixture(data.Train, bandwidth: 0);

    /// <inheritdoc/>
    public Prediction Predict(Tensor x, NoiseLevels levels) => _mixture.Predict(x, levels);

    /// <summary>log p_t(x), the log-density of the noisy rows in nats. Shape (B); differentiable; σ &gt; 0.</summary>
    public Tensor LogDensity(Tensor x, NoiseLevels levels) => _mixture.LogDensity(x, levels);
}
