using Diffusion.Studies.Girsanov;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>¼ for ½ in Girsanov's bound: the constant of √2 dB with g² as well.</summary>
public sealed class QuarterOfPaths(GirsanovOptions options) : GirsanovStudy(options)
{
    /// <inheritdoc/>
    protected override double PathRate(double diffusionSquared, double meanSquare) => 0.25 * diffusionSquared * meanSquare;
}
