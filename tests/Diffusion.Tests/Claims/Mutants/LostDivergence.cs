using Diffusion.Studies.FokkerPlanck;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>A drift that depends on the place, taken out of the derivative: b·∇p for ∇·(b p). Then a step changes the mass.</summary>
public sealed class LostDivergence(FokkerPlanckOptions options) : FokkerPlanckStudy(options)
{
    // What a part x/100 of the drift would make of the mass.
    private const double Divergence = 0.01;

    /// <inheritdoc/>
    protected override void Advance(FiniteVolumeScheme scheme, NoiseSchedule schedule, double[] density, double clock, double step)
    {
        base.Advance(scheme, schedule, density, clock, step);
        for (int cell = 0; cell < density.Length; cell++)
            density[cell] *= 1 + (step * Divergence);
    }
}
