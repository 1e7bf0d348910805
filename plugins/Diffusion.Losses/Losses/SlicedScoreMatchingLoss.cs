using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Losses;

/// <summary>Options of <see cref="SlicedScoreMatchingLoss"/>.</summary>
public sealed record SlicedScoreMatchingOptions : ComponentOptions
{
    /// <summary>M, directions a sample.</summary>
    [Description("Directions per sample.")]
    [Range(1, 1000)]
    public int Projections { get; init; } = 1;

    /// <summary>Their law.</summary>
    [Description("Law of the directions: rademacher, gaussian or sphere.")]
    public ProjectionDistribution Distribution { get; init; }

    /// <summary>SSM-VR.</summary>
    [Description("Whether the squared norm is taken whole instead of along the directions (SSM-VR): less variance at the same cost.")]
    public bool VarianceReduction { get; init; } = true;
}

/// <summary>Sliced score matching: scores compared along random directions.</summary>
/// <remarks>
/// Per sample, with M directions v, E v vᵀ = I,
/// <code>
/// SSM     1/M Σ_m [v_mᵀ ∇s v_m + ½ (v_mᵀ s)²]
/// SSM-VR  1/M Σ_m [v_mᵀ ∇s v_m] + ½ ‖s‖²
/// </code>
/// at s = s(x_t), divided by the number of the data's dimensions and weighted by σ² unless another weighting is chosen. Both have the
/// expectation of <see cref="ImplicitScoreMatchingLoss"/>; SSM-VR is that loss by Hutchinson's trace.
/// </remarks>
[Component(ComponentKind.Loss, "sliced-score-matching", "Implicit score matching along random directions",
    Reference = "Song, Garg, Shi & Ermon 2019, Sliced Score Matching, equations 7 and 8", Aliases = ["ssm"])]
public sealed class SlicedScoreMatchingLoss(SlicedScoreMatchingOptions options) : ILoss
{
    /// <inheritdoc/>
    public ResidualForm Residual => ResidualForm.Score;

    /// <inheritdoc/>
    public ILossWeighting DefaultWeighting { get; } = new SigmaSquaredWeighting();

    /// <inheritdoc/>
    public Tensor Evaluate(IScoreModel model, LossBatch batch)
    {
        var field = new ScoreField(model, batch);
        Tensor sum = Along(field, batch.Randomness, 0);
        for (int m = 1; m < options.Projections; m++)
            sum = sum + Along(field, batch.Randomness, m);
        Tensor mean = sum / options.Projections;
        return (options.VarianceReduction ? mean + (field.SquaredNorm * 0.5) : mean) / field.Dimension;
    }

    private Tensor Along(ScoreField field, INoiseSource randomness, int index)
    {
        Tensor probe = field.Probe(options.Distribution, randomness, index);
        Tensor quadratic = field.Quadratic(probe);
        return options.VarianceReduction ? quadratic : quadratic + (field.Along(probe).square() * 0.5);
    }
}
