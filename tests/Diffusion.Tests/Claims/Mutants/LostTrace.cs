using Diffusion.Studies.ScoreMatching;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>Implicit score matching with half of the trace.</summary>
public sealed class LostTrace(ScoreMatchingOptions options) : ScoreMatchingStudy(options)
{
    /// <inheritdoc/>
    protected override double Trace(double divergence) => 0.5 * divergence;
}
