using Diffusion.Studies.Forward;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>The drift with the wrong sign.</summary>
public sealed class TurnedForwardDrift(ForwardProcessOptions options) : ForwardProcessStudy(options)
{
    /// <inheritdoc/>
    protected override double DriftOf(double step) => -step;
}
