using Diffusion.Studies.ScoreMatching;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>z/σ for −z/σ, as notes have it.</summary>
public sealed class TurnedTarget(ScoreMatchingOptions options) : ScoreMatchingStudy(options)
{
    /// <inheritdoc/>
    protected override double Target(double z, double sigma) => z / sigma;
}
