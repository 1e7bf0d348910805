using Xunit;

using static Diffusion.Plugins.Tests.Theory.Calculus;

namespace Diffusion.Plugins.Tests.Theory;

/// <summary>"Unit 12: Denoising Diffusion Models", see docs/theory-errata.md.</summary>
public sealed class LectureNotes004Tests
{
    [Fact]
    public void The_reversed_process_has_the_diffusion_of_the_time_it_has_come_back_to()
    {
        // b = 0, σ_t² = 2t: p_t has variance v + t². Equation (3) with σ at T − t leads back to v, with σ at t it does not.
        (double data, double horizon) = (0.49, 1.5);
        Assert.Equal(data, Reversed(t => 2 * (horizon - t)), 1e-9);
        Assert.True(Math.Abs(data - Reversed(t => 2 * t)) > 0.1);

        double Reversed(Func<double, double> squared) => Evolve(
            (t, w) => (-2 * squared(t) * w / (data + ((horizon - t) * (horizon - t)))) + squared(t), data + (horizon * horizon), 0, horizon);
    }
}
