using System.ComponentModel.DataAnnotations;

namespace Diffusion.Experiments.Planning;

/// <summary>The settings of a manifest's <c>sweep</c> beside its space.</summary>
internal sealed record SweepSection
{
    [Range(1, 10_000)]
    public int Repeats { get; init; } = 1;
}
