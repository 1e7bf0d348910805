namespace Diffusion.Experiments.Components;

/// <summary>One side of a comparison.</summary>
/// <param name="Conditions">Which cells are meant; null for what an exact sampler would score in the place of those on the other side.</param>
public sealed record ComparedSide(CellConditions? Conditions)
{
    /// <summary>What manifests call the exact sampler.</summary>
    public const string ExactSamplerName = "exact-sampler";

    /// <summary>Whether it is the exact sampler.</summary>
    public bool IsExactSampler => Conditions is null;
}
