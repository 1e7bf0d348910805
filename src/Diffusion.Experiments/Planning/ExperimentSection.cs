using System.ComponentModel.DataAnnotations;

namespace Diffusion.Experiments.Planning;

/// <summary>The manifest's own settings, those that are no components.</summary>
internal sealed record ExperimentSection
{
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9._-]{0,99}", ErrorMessage = "a name has up to 100 letters, digits, dots, underscores and hyphens, as it names a folder")]
    public string? Name { get; init; }

    public string Description { get; init; } = "";

    [Range(0, double.PositiveInfinity)]
    public long Seed { get; init; }

    [Range(1, 1_000_000)]
    public required int Steps { get; init; }

    [Range(1, 100_000_000)]
    public required int Samples { get; init; }

    [Range(1, double.PositiveInfinity)]
    public int Batch { get; init; } = 4096;

    public FloatType Dtype { get; init; }

    [RegularExpression("cpu|cuda(:[0-9]+)?", ErrorMessage = "must be 'cpu', 'cuda' or 'cuda:N'")]
    public string Device { get; init; } = "cpu";
}
