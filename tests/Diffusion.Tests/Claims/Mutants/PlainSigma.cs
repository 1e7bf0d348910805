using Diffusion.Studies.HTransform;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>σ for σ² in the drift, and a start from the target itself.</summary>
public sealed class PlainSigma(HTransformOptions options) : HTransformStudy(options)
{
    /// <inheritdoc/>
    protected override double Drift(double sigmaSquared, double score) => Math.Sqrt(sigmaSquared) * score;

    /// <inheritdoc/>
    protected override double StartNoise(double sigma) => 0;
}
