using Diffusion.Studies.FokkerPlanck;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>−f x − g² ∇ log p: the score in the reversed drift with the wrong sign.</summary>
public sealed class TurnedReversal(FokkerPlanckOptions options) : FokkerPlanckStudy(options)
{
    /// <inheritdoc/>
    protected override void Drift(NoiseSchedule schedule, double t, double[] x, Action<double[]> score, double[] drift) =>
        base.Drift(
            schedule,
            t,
            x,
            result =>
            {
                score(result);
                for (int i = 0; i < result.Length; i++)
                    result[i] = -result[i];
            },
            drift);
}
