using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Losses;

/// <summary>Options of <see cref="DenoisingScoreMatchingLoss"/>.</summary>
public sealed record DenoisingScoreMatchingOptions : ComponentOptions
{
    /// <summary>λ(σ).</summary>
    [Description("How the noise scales count: sigma-squared, uniform, or edm.")]
    public ScoreWeighting Weighting { get; init; }

    /// <summary>σ_d.</summary>
    [Range(1e-6, 1e6)]
    [Description("Standard deviation of the data, for the edm weighting.")]
    public double SigmaData { get; init; } = 1;
}

/// <summary>Denoising score matching over many scales.</summary>
/// <remarks>
/// Per sample ½ λ ‖s(x_t) + ε/σ‖² = ½ (λ/σ²) ‖ε̂ − ε‖², averaged over the data's dimensions, x_t = α x_0 + σ ε. At every level its
/// expectation is that of explicit score matching ½ λ E‖s − ∇ log p_t‖² plus a constant of the data (Vincent 2011, equation 11), so both
/// have one gradient and one minimum. With the default weighting it is half of <see cref="NoisePredictionLoss"/>.
/// </remarks>
[Component(ComponentKind.Loss, "denoising-score-matching", "Half the weighted squared distance of the score from that of the noising kernel.",
    Reference = "Vincent 2011, doi:10.1162/NECO_a_00142; Song & Ermon 2019, equation 6")]
public sealed class DenoisingScoreMatchingLoss(DenoisingScoreMatchingOptions options) : ILoss
{
    /// <inheritdoc/>
    public Tensor Evaluate(IScoreModel model, LossBatch batch) => NoiseResidual.Squared(model, batch, HalfWeightOfNoise);

    /// <summary>½ λ/σ².</summary>
    private double HalfWeightOfNoise(NoiseLevel level) => 0.5 * options.Weighting switch
    {
        ScoreWeighting.Uniform => 1 / (level.Sigma * level.Sigma),
        ScoreWeighting.Edm => 1 + Square(level.NoiseToSignal / options.SigmaData),
        _ => 1,
    };

    private static double Square(double x) => x * x;
}
