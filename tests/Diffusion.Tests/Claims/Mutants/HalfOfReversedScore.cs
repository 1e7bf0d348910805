using Diffusion.Studies.TimeReversal;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>½ a for a: the drift of the probability-flow ODE with the noise of the SDE.</summary>
public sealed class HalfOfReversedScore(TimeReversalOptions options) : TimeReversalStudy(options)
{
    /// <inheritdoc/>
    protected override double ReversedDrift(double drift, double diffusion, double diffusionRate, double score) =>
        -drift + diffusionRate + (0.5 * diffusion * score);
}
