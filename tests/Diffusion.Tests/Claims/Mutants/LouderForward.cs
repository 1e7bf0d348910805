using Diffusion.Studies.Forward;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>A factor √2 in the noise.</summary>
public sealed class LouderForward(ForwardProcessOptions options) : ForwardProcessStudy(options)
{
    /// <inheritdoc/>
    protected override double NoiseOf(double step) => Math.Sqrt(2 * step);
}
