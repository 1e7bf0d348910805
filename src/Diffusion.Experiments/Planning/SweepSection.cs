using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Experiments.Planning;

/// <summary>The settings of a manifest's <c>sweep</c> beside its space.</summary>
internal sealed record SweepSection
{
    /// <summary>How often each combination runs; each repeat has noise of its own.</summary>
    [Range(1, 10_000)]
    [Description("How often each combination runs; each repeat has noise of its own.")]
    public int Repeats { get; init; } = 1;
}
