using Diffusion.Studies.TimeReversal;
using Diffusion.Testing;
using Xunit;

namespace Diffusion.Plugins.Tests.Studies;

/// <summary>Processes run back, within five standard errors of the closed form and a bias of the size of the step.</summary>
public sealed class TimeReversalStudyTests : StudyContractTests
{
    protected override StudySetting Setting => new();

    protected override IStudy CreateStudy() => new TimeReversalStudy(new() { Steps = 40, Paths = 500 });

    [Theory]
    [InlineData(ReversedProcessKind.OrnsteinUhlenbeck)]
    [InlineData(ReversedProcessKind.GrowingNoise)]
    [InlineData(ReversedProcessKind.GeometricBrownian)]
    [InlineData(ReversedProcessKind.DoubleWell)]
    public void A_process_run_back_has_the_laws_of_the_process(ReversedProcessKind process)
    {
        StudyResult result = StudyProblems.Run(new TimeReversalStudy(new() { Process = process, Steps = 800, Paths = 20_000 }));
        Assert.All(
            result.Values.Where(value => value.ErrorKind == MetricErrorKind.Sampling),
            value => Assert.InRange(Math.Abs(value.Value), 0, (5 * value.StandardError!.Value) + 0.01));
    }

    [Fact]
    public void Langevin_from_its_stationary_law_reverses_to_itself() => Assert.InRange(
        StudyProblems.Run(new TimeReversalStudy(new() { Process = ReversedProcessKind.DoubleWell, Paths = 200, Steps = 10 })).Get("drift-difference").Value,
        0,
        1e-12);

    [Fact]
    public void An_odd_number_of_steps_is_refused() =>
        Assert.Contains("an even number", new TimeReversalStudy(new() { Steps = 7 }).Objection(new()), StringComparison.Ordinal);
}
