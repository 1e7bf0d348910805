using Diffusion.Studies.Forward;
using Diffusion.Testing;
using Xunit;

namespace Diffusion.Plugins.Tests.Studies;

/// <summary>Coefficients of diffusions and of jumps.</summary>
public sealed class KramersMoyalStudyTests : StudyContractTests
{
    protected override StudySetting Setting => new();

    protected override IStudy CreateStudy() => new KramersMoyalStudy(new() { Paths = 2000 });

    // Over a time τ the fourth moment of a diffusion is 3 a² τ², so that D⁽⁴⁾ is a² τ/8: halving the lag halves it.
    [Fact]
    public void The_fourth_coefficient_of_a_diffusion_falls_with_the_lag()
    {
        foreach (double lag in new[] { 0.02, 0.01, 0.005 })
        {
            MetricValue fourth = StudyProblems.Run(new KramersMoyalStudy(new() { Lag = lag, Paths = 400_000 })).Get("fourth-coefficient");
            Assert.InRange(fourth.Value / (4 * lag / 8), 0.9, 1.1);
        }
    }

    [Fact]
    public void Jumps_keep_theirs()
    {
        StudyResult result = StudyProblems.Run(new KramersMoyalStudy(new() { Process = ForwardDynamics.CompoundPoisson }));
        Assert.InRange((result.Get("fourth-coefficient").Value - 0.125) / result.Get("fourth-coefficient").StandardError!.Value, -6, 6);
        Assert.InRange(result.Get("drift-deviation").Value / result.Get("drift-deviation").StandardError!.Value, -5, 5);
    }

    [Fact]
    public void Processes_in_the_plane_are_refused() => Assert.Contains(
        "on the line", new KramersMoyalStudy(new() { Process = ForwardDynamics.Langevin }).Objection(new()), StringComparison.Ordinal);
}
