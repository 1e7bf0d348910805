using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Solvers;

/// <summary>Options of the ancestral methods.</summary>
public sealed record AncestralOptions : ComponentOptions
{
    [Description("Share of fresh noise: 0 is deterministic, 1 that of the reversed chain; above 1 as much as the level holds.")]
    [Range(0.0, 10.0)]
    public double Eta { get; init; } = 1;

    [Description("Factor on the fresh noise; other than 1 changes the law.")]
    [Range(0.0, 10.0)]
    public double NoiseScale { get; init; } = 1;

    /// <summary>Whether steps draw noise.</summary>
    internal bool IsStochastic => Eta > 0 && NoiseScale > 0;
}
