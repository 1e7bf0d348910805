using Diffusion.Studies.Girsanov;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>The drift of the probability-flow ODE in the SDE: ½ g² for g².</summary>
public sealed class HalfOfScore(GirsanovOptions options) : GirsanovStudy(options)
{
    /// <inheritdoc/>
    protected override double ScoreFactor(double diffusionSquared) => 0.5 * diffusionSquared;
}
