using Diffusion.Studies.HTransform;
using Diffusion.Testing;
using Xunit;

namespace Diffusion.Plugins.Tests.Studies;

/// <summary>The h-transform at mixtures, and what another start makes of it.</summary>
public sealed class HTransformStudyTests : StudyContractTests
{
    private static readonly GaussianMixture Standard = new([GaussianComponent.Isotropic(1, [0], 1)]);

    protected override StudySetting Setting => new() { Data = StudyProblems.Data(StudyProblems.TwoModes) };

    protected override IStudy CreateStudy() => new HTransformStudy(new() { Steps = 40, Paths = 500 });

    [Fact]
    public void Every_kept_law_is_that_of_the_theorem()
    {
        foreach (GaussianMixture target in new[] { Standard, StudyProblems.TwoModes })
        {
            StudyResult result = StudyProblems.Run(new HTransformStudy(new() { Steps = 800, Paths = 20_000 }), target);
            Assert.All(result.Values, value => Assert.InRange(Math.Abs(value.Value), 0, (5 * value.StandardError!.Value) + 0.01));
        }
    }

    // From N(0, σ²) the variance at 1 is Φ² σ² + 1 − Φ with Φ = 1/(1 + σ²), since ∫ σ² (Φ_1/Φ_s)² ds = 1 − Φ.
    [Fact]
    public void Another_start_misses_the_target_by_what_it_lacks()
    {
        StudyResult result = StudyProblems.Run(new HTransformStudy(new() { Start = StartLaw.Gaussian, Steps = 800, Paths = 40_000 }), Standard);
        MetricValue variance = result.Get("variance-deviation-4");
        Assert.InRange(variance.Value + 1 - 0.75, -5 * variance.StandardError!.Value - 0.005, (5 * variance.StandardError!.Value) + 0.005);
    }

    [Fact]
    public void Data_without_a_density_are_refused() => Assert.Contains(
        "a Gaussian mixture",
        new HTransformStudy(new()).Objection(new() { Data = Setting.Data! with { Description = new() { Name = "rows", Shape = [1] } } }),
        StringComparison.Ordinal);
}
