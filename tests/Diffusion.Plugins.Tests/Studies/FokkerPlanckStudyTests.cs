using Diffusion.Schedules;
using Diffusion.Studies.FokkerPlanck;
using Diffusion.Testing;
using Xunit;

namespace Diffusion.Plugins.Tests.Studies;

/// <summary>The mesh against closed forms that are computed here anew, its order, and what it refuses.</summary>
public sealed class FokkerPlanckStudyTests : StudyContractTests
{
    private static OrnsteinUhlenbeckSchedule Process => new(new());

    protected override StudySetting Setting => new() { Data = StudyProblems.Data(StudyProblems.TwoModes), Schedule = Process };

    protected override IStudy CreateStudy() => new FokkerPlanckStudy(new() { Cells = 60, Until = 0.5 });

    [Theory]
    [InlineData(FokkerPlanckDirection.Forward)]
    [InlineData(FokkerPlanckDirection.Reverse)]
    public void The_density_reaches_the_closed_form_at_order_two(FokkerPlanckDirection direction)
    {
        double[] errors = [.. new[] { 80, 160, 320 }.Select(cells => StudyProblems.Run(
            new FokkerPlanckStudy(new() { Cells = cells, Direction = direction, Until = 1 }), StudyProblems.TwoModes, Process).Get("density-error").Value)];
        Assert.InRange(Math.Log2(errors[0] / errors[1]), 1.85, 2.15);
        Assert.InRange(Math.Log2(errors[1] / errors[2]), 1.9, 2.1);
    }

    [Theory]
    [InlineData(FokkerPlanckDirection.Forward, 1)]
    [InlineData(FokkerPlanckDirection.Reverse, 1)]
    [InlineData(FokkerPlanckDirection.Forward, 2)]
    [InlineData(FokkerPlanckDirection.Reverse, 2)]
    public void Mass_stays_and_no_density_is_negative(FokkerPlanckDirection direction, int dimension)
    {
        GaussianMixture mixture = dimension == 1 ? StudyProblems.TwoModes : new([
            GaussianComponent.Isotropic(0.4, [-1, 0], 0.5), new GaussianComponent(0.6, [1, 0.5], new[,] { { 0.4, 0.2 }, { 0.2, 0.3 } })]);
        StudyResult result = StudyProblems.Run(new FokkerPlanckStudy(new() { Cells = 60, Direction = direction, Until = 0.4 }), mixture, Process);
        Assert.InRange(result.Get("mass-error").Value, 0, 1e-12);
        Assert.True(result.Get("minimum-density").Value >= 0);
        Assert.InRange(result.Get("density-error").Value, 1e-6, 0.1);
    }

    // By hand: of N(m, s²) under dx = −x dt + √2 dW the law at t is N(m e^−t, s² e^−2t + 1 − e^−2t).
    [Fact]
    public void The_closed_form_is_that_of_the_process()
    {
        const double mean = 0.8, deviation = 0.5, t = 0.7;
        StudyResult result = StudyProblems.Run(
            new FokkerPlanckStudy(new() { Cells = 400, Until = t }), new([GaussianComponent.Isotropic(1, [mean], deviation)]), Process);
        StudyCurve curve = result.Curves.Single();
        double variance = (deviation * deviation * Math.Exp(-2 * t)) + 1 - Math.Exp(-2 * t);
        double[] known = [.. curve.X.Select(x => Math.Exp(-Math.Pow(x - (mean * Math.Exp(-t)), 2) / (2 * variance)) / Math.Sqrt(2 * Math.PI * variance))];
        Assert.All(curve.Series[^2].Y.Zip(known), pair => Assert.Equal(pair.Second, pair.First, 2e-3));
        Assert.All(curve.Series[^1].Y.Zip(known), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
    }

    [Fact]
    public void Steps_that_are_unstable_are_refused_with_a_number_that_is_enough()
    {
        string? objection = new FokkerPlanckStudy(new() { Cells = 200, Until = 1, Steps = 100 }).Objection(Setting);
        Assert.StartsWith("is unstable with 100 steps", objection, StringComparison.Ordinal);
        int enough = int.Parse(objection!.Split("; ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        FokkerPlanckStudy sound = new(new() { Cells = 200, Until = 1, Steps = enough });
        Assert.Null(sound.Objection(Setting));
        Assert.True(StudyProblems.Run(sound, StudyProblems.TwoModes, Process).Get("minimum-density").Value >= 0);
    }

    [Fact]
    public void Data_without_a_density_dimensions_without_a_mesh_and_times_beyond_the_process_are_refused()
    {
        StudySetting solid = new() { Data = StudyProblems.Data(new([GaussianComponent.Isotropic(1, [0, 0, 0], 1)])), Schedule = Process };
        Assert.Contains("in one or two dimensions", new FokkerPlanckStudy(new()).Objection(solid), StringComparison.Ordinal);
        StudySetting unknown = Setting with { Data = Setting.Data! with { Description = new() { Name = "rows", Shape = [1] } } };
        Assert.Contains("'rows' is not", new FokkerPlanckStudy(new()).Objection(unknown), StringComparison.Ordinal);
        Assert.Contains("the process ends at", new FokkerPlanckStudy(new() { Until = 1e3 }).Objection(Setting), StringComparison.Ordinal);
    }
}
