using Diffusion.Schedules;
using Diffusion.Studies.Forward;
using Diffusion.Testing;
using Xunit;

namespace Diffusion.Plugins.Tests.Studies;

/// <summary>Simulated marginals within five standard errors of closed forms, and the bias of the step.</summary>
public sealed class ForwardProcessStudyTests : StudyContractTests
{
    protected override StudySetting Setting => new();

    protected override IStudy CreateStudy() => new ForwardProcessStudy(new() { Process = ForwardDynamics.Langevin, Steps = 40, Paths = 500 });

    // The bias of Euler-Maruyama is of the size of the step, 1/800.
    [Theory]
    [InlineData(ForwardDynamics.DoubleWell)]
    [InlineData(ForwardDynamics.RotatingOrnsteinUhlenbeck)]
    [InlineData(ForwardDynamics.GeometricBrownian)]
    [InlineData(ForwardDynamics.Langevin)]
    public void Marginals_are_those_of_the_closed_form(ForwardDynamics process)
    {
        StudyResult result = StudyProblems.Run(new ForwardProcessStudy(new() { Process = process, Steps = 800, Paths = 20_000 }));
        Assert.Equal(8, result.Values.Count);
        Assert.All(result.Values, value => Assert.InRange(Math.Abs(value.Value), 0, (5 * value.StandardError!.Value) + 0.005));
    }

    [Fact]
    public void A_schedule_has_its_own_levels()
    {
        foreach (NoiseSchedule schedule in new NoiseSchedule[] { new OrnsteinUhlenbeckSchedule(new()), new BrownianSchedule(new()) })
        {
            StudyResult result = StudyProblems.Run(new ForwardProcessStudy(new() { Until = 1, Steps = 400 }), schedule: schedule);
            Assert.All(result.Values, value => Assert.InRange(Math.Abs(value.Value), 0, (5 * value.StandardError!.Value) + 0.005));
        }
    }

    [Fact]
    public void Parts_that_do_not_fit_are_refused()
    {
        Assert.Contains("state a 'schedule'", new ForwardProcessStudy(new()).Objection(new()), StringComparison.Ordinal);
        Assert.Contains(
            "leave 'schedule' out",
            new ForwardProcessStudy(new() { Process = ForwardDynamics.Langevin }).Objection(new() { Schedule = new BrownianSchedule(new()) }),
            StringComparison.Ordinal);
        Assert.Contains(
            "a multiple of 4", new ForwardProcessStudy(new() { Process = ForwardDynamics.Langevin, Steps = 10 }).Objection(new()), StringComparison.Ordinal);
    }
}
