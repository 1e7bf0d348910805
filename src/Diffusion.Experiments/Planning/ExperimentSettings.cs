using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Planning;

/// <summary>The manifest's own settings, those that are no components.</summary>
public sealed record ExperimentSettings : IValidatableObject
{
    /// <summary>What the experiment is called; null names it by the manifest's file.</summary>
    [Stage(ExperimentStage.None)]
    [RegularExpression(ExperimentName.Pattern, ErrorMessage = "a name has up to 100 letters, digits, dots, underscores and hyphens, as it names a folder")]
    [Description("The name of the experiment and of its folder of results; by default the name of the file.")]
    public string? Name { get; init; }

    /// <summary>What it is about; "" when nothing is said.</summary>
    [Stage(ExperimentStage.None)]
    [Description("What the experiment is about, for readers.")]
    public string Description { get; init; } = "";

    /// <summary>Seed of all noise of sampling.</summary>
    [Stage(ExperimentStage.Sampling)]
    [Range(0, double.PositiveInfinity)]
    [Description("Seed of all noise.")]
    public long Seed { get; init; }

    /// <summary>Solver steps; null while they are still to follow from <see cref="Nfe"/>, or when nothing meets it.</summary>
    [Stage(ExperimentStage.Sampling)]
    [OmittedAtDefault]
    [Range(1, 1_000_000)]
    [Description("Solver steps.")]
    public int? Steps { get; init; }

    /// <summary>Budget of denoiser calls a sample, where it is stated in place of steps and these have not been found, or none meet it.</summary>
    [Stage(ExperimentStage.Sampling)]
    [OmittedAtDefault]
    [Range(1, 1_000_000)]
    [Description("Budget of denoiser calls per sample, in place of steps, which follow from it: a number is spent exactly, { \"atMost\": "
        + "number } as far as whole steps go.")]
    public Budget? Nfe { get; init; }

    /// <summary>How many samples are drawn; null for a study, which draws none.</summary>
    [Stage(ExperimentStage.Sampling)]
    [OmittedAtDefault]
    [Range(1, 100_000_000)]
    [Description("How many samples are drawn; a manifest with a solver states it.")]
    public int? Samples { get; init; }

    /// <summary>How many are drawn at once.</summary>
    [Stage(ExperimentStage.Sampling)]
    [Range(1, double.PositiveInfinity)]
    [Description("How many samples are drawn at once.")]
    public int Batch { get; init; } = 4096;

    /// <summary>Which cells share their noise.</summary>
    [Stage(ExperimentStage.Sampling)]
    [OmittedAtDefault]
    [Description("Whether cells share their noise (common, so that differences are paired) or each configuration draws its own (independent).")]
    public NoiseCoupling Noise { get; init; }

    /// <summary>What sampling starts from.</summary>
    [Stage(ExperimentStage.Sampling)]
    [OmittedAtDefault]
    [Description("What sampling starts from: gaussian (the prior N(0, sigma_T^2 I)) or exact (the distribution of the noisy data, which must be a "
        + "known mixture).")]
    public StartLaw Start { get; init; }

    /// <summary>Which reference rows repeats are compared with; null while it is still to follow from the data.</summary>
    [Stage(ExperimentStage.Measuring)]
    [OmittedAtDefault(ReferenceDraw.Shared)]
    [Description("Reference rows: per-repeat (each repeat draws its own, so that the spread between repeats is the whole error) or shared (all repeats use the "
        + "same rows, and errors hold for these rows). Where nothing is stated it is per-repeat for data with a generator; other data are always shared.")]
    public ReferenceDraw? Reference { get; init; }

    /// <summary>The chance that no verdict on a claim is wrong.</summary>
    [Stage(ExperimentStage.None)]
    [Range(0.5, 1, MaximumIsExclusive = true)]
    [Description("The chance, at least, that no verdict on any of the manifest's claims ('expect') is wrong.")]
    public double Confidence { get; init; } = ClaimSet.UsualConfidence;

    /// <summary>Type of the state and the parameters.</summary>
    [Stage(ExperimentStage.Training)]
    [Description("Type of the state and of the parameters.")]
    public FloatType Dtype { get; init; }

    /// <summary>"cpu", "mps", "cuda" or "cuda:N".</summary>
    [Stage(ExperimentStage.Training)]
    [RegularExpression("cpu|mps|cuda(:[0-9]{1,3})?", ErrorMessage = "must be 'cpu', 'cuda', 'cuda:N' or 'mps'")]
    [Description("Device of all tensors: the processor (cpu), an NVIDIA GPU (cuda) or an Apple GPU (mps).")]
    public string Device { get; init; } = "cpu";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Name is not null && ExperimentName.IsReserved(Name))
            yield return new ValidationResult($"'{Name}' cannot name an experiment: the results folder keeps files of the program under such names, "
                + $"or Windows does not allow it. Any other name will do, as in '{Name.TrimEnd('.')}-1'", [nameof(Name)]);
        if (Steps is not null && Nfe is not null)
            yield return new ValidationResult("give either steps or nfe (steps then follow from the budget of evaluations)", [nameof(Nfe)]);
    }
}
