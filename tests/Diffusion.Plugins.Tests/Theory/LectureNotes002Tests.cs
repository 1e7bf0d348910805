using Diffusion.Schedules;
using Xunit;

using static Diffusion.Plugins.Tests.Theory.Calculus;

namespace Diffusion.Plugins.Tests.Theory;

/// <summary>"Diffusion Models" (variance schedule g), see docs/theory-errata.md.</summary>
public sealed class LectureNotes002Tests
{
    [Fact]
    public void The_solution_of_the_Ornstein_Uhlenbeck_process_divides_by_alpha()
    {
        // X_t = α (X_0 + ∫ √g α^±1 dW) has to have variance h = 1 − α².
        var schedule = new VariancePreservingSchedule(new());
        const double Time = 0.4;
        double alpha = schedule.At(Time).Alpha;
        Assert.Equal(1 - (alpha * alpha), Spread(-1), 1e-10);
        Assert.True(Spread(1) < 0.6 * (1 - (alpha * alpha)));

        double Spread(int power) =>
            alpha * alpha * Integral(s => schedule.DiffusionSquared(s) * Math.Pow(schedule.At(s).Alpha, 2 * power), 0, Time);
    }
}
