using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Losses;

/// <summary>Options of <see cref="ImplicitScoreMatchingLoss"/>.</summary>
public sealed record ImplicitScoreMatchingOptions : ComponentOptions
{
    /// <summary>How the trace is found.</summary>
    [Description("The trace of the score's Jacobian: exact, with one backward pass per dimension, or hutchinson, with one per probe.")]
    public TraceMethod Trace { get; init; }

    /// <summary>Probes a sample.</summary>
    [Description("Probes per sample for hutchinson.")]
    [Range(1, 1000)]
    public int Probes { get; init; } = 1;

    /// <summary>Their law.</summary>
    [Description("Law of the probes for hutchinson: rademacher, gaussian or sphere.")]
    public ProjectionDistribution Distribution { get; init; }
}

/// <summary>Implicit score matching: needs samples only, no density and no noising kernel.</summary>
/// <remarks>
/// Per sample
/// <code>
/// tr ∇s(x_t) + ½ ‖s(x_t)‖²,     tr ∇s ≈ 1/M Σ_m v_mᵀ ∇s v_m with E v vᵀ = I (hutchinson)
/// </code>
/// divided by the number of the data's dimensions and weighted by σ² unless another weighting is chosen. Its expectation is that of
/// <see cref="ExplicitScoreMatchingLoss"/> less ½ E‖∇ log p_t‖², a constant of the data, so it may be negative. The gradient is a derivative
/// of a derivative: the network must be twice differentiable in x, and one sample's output must not depend on another's.
/// </remarks>
[Component(ComponentKind.Loss, "implicit-score-matching", "The trace of the score's Jacobian plus half its squared norm",
    Reference = "Hyvärinen 2005, Estimation of Non-Normalized Statistical Models by Score Matching, theorem 1; Hutchinson 1989", Aliases = ["ism"])]
public sealed class ImplicitScoreMatchingLoss(ImplicitScoreMatchingOptions options) : ILoss
{
    /// <inheritdoc/>
    public ResidualForm Residual => ResidualForm.Score;

    /// <inheritdoc/>
    public ILossWeighting DefaultWeighting { get; } = new SigmaSquaredWeighting();

    /// <inheritdoc/>
    public Tensor Evaluate(IScoreModel model, LossBatch batch)
    {
        var field = new ScoreField(model, batch);
        Tensor trace = options.Trace == TraceMethod.Exact ? field.Trace() : Hutchinson(field, batch.Randomness);
        return (trace + (field.SquaredNorm * 0.5)) / field.Dimension;
    }

    private Tensor Hutchinson(ScoreField field, INoiseSource randomness)
    {
        Tensor sum = field.Quadratic(field.Probe(options.Distribution, randomness, 0));
        for (int m = 1; m < options.Probes; m++)
            sum = sum + field.Quadratic(field.Probe(options.Distribution, randomness, m));
        return sum / options.Probes;
    }
}
