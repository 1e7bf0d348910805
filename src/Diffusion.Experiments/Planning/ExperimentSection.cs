using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Experiments.Planning;

/// <summary>The manifest's own settings, those that are no components.</summary>
internal sealed record ExperimentSection : IValidatableObject
{
    // What the program itself keeps in the results folder.
    private static readonly HashSet<string> OwnFiles = new(StringComparer.OrdinalIgnoreCase) { "mlflow.db", "mlflow.db-wal", "mlflow.db-shm", "mlflow.db-journal", "mlartifacts", "models", "outbox" };

    // What Windows takes for a device, with any extension.
    private static readonly HashSet<string> WindowsDevices = new(StringComparer.OrdinalIgnoreCase)
    {
        "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
    };

    [RegularExpression("[A-Za-z0-9][A-Za-z0-9._-]{0,99}", ErrorMessage = "a name has up to 100 letters, digits, dots, underscores and hyphens, as it names a folder")]
    public string? Name { get; init; }

    public string Description { get; init; } = "";

    [Range(0, double.PositiveInfinity)]
    public long Seed { get; init; }

    [Range(1, 1_000_000)]
    [Description("Solver steps.")]
    public int? Steps { get; init; }

    [Range(1, 1_000_000)]
    [Description("Budget of denoiser calls a sample, in place of steps, which follow from it.")]
    public int? Nfe { get; init; }

    [Range(1, 100_000_000)]
    public required int Samples { get; init; }

    [Range(1, double.PositiveInfinity)]
    public int Batch { get; init; } = 4096;

    [Description("Whether cells share their noise (common, so that differences are paired) or each configuration draws its own (independent).")]
    public NoiseCoupling Noise { get; init; }

    public FloatType Dtype { get; init; }

    [RegularExpression("cpu|mps|cuda(:[0-9]{1,3})?", ErrorMessage = "must be 'cpu', 'cuda', 'cuda:N' or 'mps'")]
    [Description("Where tensors live and are computed: the processor, an NVIDIA card, or Apple's graphics processor.")]
    public string Device { get; init; } = "cpu";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Name is not null && (OwnFiles.Contains(Name) || WindowsDevices.Contains(Name.Split('.')[0]) || Name.EndsWith('.')))
            yield return new ValidationResult($"'{Name}' cannot name an experiment: the results folder keeps files of the program under such names, or Windows does not allow it. Any other name will do, as in '{Name.TrimEnd('.')}-1'", [nameof(Name)]);
        if (Steps is not null && Nfe is not null)
            yield return new ValidationResult("give either steps or nfe (steps then follow from the budget of evaluations)", [nameof(Nfe)]);
    }
}
