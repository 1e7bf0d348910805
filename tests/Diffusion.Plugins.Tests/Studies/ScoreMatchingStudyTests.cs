using Diffusion.Studies.ScoreMatching;
using Diffusion.Testing;
using Xunit;

namespace Diffusion.Plugins.Tests.Studies;

/// <summary>Losses of score matching, whose constants and gradients are known to agree, and the variances of their estimators.</summary>
public sealed class ScoreMatchingStudyTests : StudyContractTests
{
    protected override StudySetting Setting => new() { Data = StudyProblems.Data(StudyProblems.TwoModes) };

    protected override IStudy CreateStudy() => new ScoreMatchingStudy(new() { Draws = 500 });

    [Theory]
    [InlineData(0.2)]
    [InlineData(1.0)]
    public void Losses_differ_by_their_constants_and_gradients_are_equal(double sigma)
    {
        GaussianMixture plane = new([
            GaussianComponent.Isotropic(0.4, [-1, 0], 0.5), new GaussianComponent(0.6, [1, 0.5], new[,] { { 0.5, 0.2 }, { 0.2, 0.4 } })]);
        foreach (GaussianMixture data in new[] { StudyProblems.TwoModes, plane })
        {
            StudyResult result = StudyProblems.Run(new ScoreMatchingStudy(new() { Sigma = sigma, Draws = 200 }), data);
            Assert.InRange(result.Get("ism-constant-error").Value, 0, 1e-10);
            Assert.InRange(result.Get("dsm-constant-error").Value, 0, 1e-10);
            Assert.InRange(result.Get("gradient-error").Value, 0, 1e-10);
        }
    }

    // On the line a sign times itself is 1: Hutchinson's trace is the trace.
    [Fact]
    public void On_the_line_the_trace_of_Hutchinson_is_exact()
    {
        StudyResult result = StudyProblems.Run(new ScoreMatchingStudy(new() { Draws = 2000 }), StudyProblems.TwoModes);
        Assert.Equal(result.Get("ism-gradient-variance").Value, result.Get("hutchinson-gradient-variance").Value, 1e-10);
        Assert.True(result.Get("sliced-gradient-variance").Value > result.Get("ism-gradient-variance").Value);
    }

    [Fact]
    public void Data_in_space_are_refused() => Assert.Contains(
        "in one or two dimensions",
        new ScoreMatchingStudy(new()).Objection(new() { Data = StudyProblems.Data(new([GaussianComponent.Isotropic(1, [0, 0, 0], 1)])) }),
        StringComparison.Ordinal);
}
