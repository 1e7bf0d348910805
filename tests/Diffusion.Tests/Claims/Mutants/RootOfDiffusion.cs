using Diffusion.Studies.FokkerPlanck;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>g for g².</summary>
public sealed class RootOfDiffusion(FokkerPlanckOptions options) : FokkerPlanckStudy(options)
{
    /// <inheritdoc/>
    protected override double DiffusionSquared(NoiseSchedule schedule, double t) => Math.Sqrt(base.DiffusionSquared(schedule, t));
}
