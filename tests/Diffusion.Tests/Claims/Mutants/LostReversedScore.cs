using Diffusion.Studies.TimeReversal;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>The reversed drift without the score: the process that only turns its drift.</summary>
public sealed class LostReversedScore(TimeReversalOptions options) : TimeReversalStudy(options)
{
    /// <inheritdoc/>
    protected override double ReversedDrift(double drift, double diffusion, double diffusionRate, double score) => -drift + diffusionRate;
}
