using Diffusion.Studies.ScoreMatching;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>−σ z for −z/σ.</summary>
public sealed class UnscaledTarget(ScoreMatchingOptions options) : ScoreMatchingStudy(options)
{
    /// <inheritdoc/>
    protected override double Target(double z, double sigma) => -z * sigma;
}
