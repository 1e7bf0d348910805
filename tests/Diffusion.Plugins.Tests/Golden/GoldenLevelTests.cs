using Diffusion.Grids;
using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Plugins.Tests.Golden;

/// <summary>The noise scales along which the schedulers of diffusers were recorded, from our tables and grids.</summary>
[Trait("Category", "Golden")]
public sealed class GoldenLevelTests
{
    // Their σ/α is made from 1 − α².
    private const double Relative = 1e-11;

    public static IEnumerable<TheoryDataRow<string>> Runs =>
        GoldenFolder.Missing is { } missing
            ? [new TheoryDataRow<string>("") { Skip = missing }]
            : GoldenFolder.Cases
                .Where(golden => golden.Peer == "diffusers" && golden.Has("scheduler_sigmas") && GridOf(golden) is not null)
                .Select(golden => new TheoryDataRow<string>(golden.Id));

    [Theory]
    [MemberData(nameof(Runs))]
    public void Scales_of_a_scheduler_are_those_of_a_table_and_a_grid(string id)
    {
        GoldenCase golden = GoldenFolder.Cases.Single(one => one.Peer == "diffusers" && one.Id == id);
        (ITimeGrid grid, int stages) = GridOf(golden)!.Value;
        var schedule = new DiscreteBetaSchedule(new() { Interpolation = TableInterpolation.NoiseToSignal });
        double[] expected = [.. golden.Numbers("scheduler_sigmas").Where((_, i) => i == 0 || (i - 1) % stages == 0)];
        IReadOnlyList<NoiseLevel> levels = grid.Levels(schedule, golden.Steps);
        Assert.Equal(expected.Length, levels.Count);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], levels[i].NoiseToSignal, Relative * expected[i]);
    }

    private static (ITimeGrid Grid, int Stages)? GridOf(GoldenCase golden)
    {
        var parameters = new GoldenParameters(golden.Json);
        string sampler = golden.Text("sampler");
        bool toZero = golden.Numbers("scheduler_sigmas")[^1] == 0;
        GridEnd end = toZero ? GridEnd.Zero : GridEnd.Minimum;
        int stages = sampler is "HeunDiscreteScheduler" ? 2 : 1;

        // With a grid in the noise scale the last scale is repeated where it does not give way to 0, which is no sequence of levels.
        if (parameters.Flag("use_karras_sigmas", false))
            return toZero ? (new KarrasGrid(new()), stages) : null;
        if (parameters.Flag("use_lu_lambdas", false) || parameters.Flag("use_exponential_sigmas", false))
            return toZero ? (new LogSnrGrid(new()), stages) : null;
        if (parameters.Flag("use_beta_sigmas", false))
            return toZero ? (new BetaGrid(new() { Variable = BetaGridVariable.NoiseScale }), stages) : null;
        if (parameters.Text("timestep_spacing", "linspace") != "linspace")
            return null;

        return sampler switch
        {
            "DPMSolverMultistepScheduler" or "DEISMultistepScheduler" or "UniPCMultistepScheduler" or "DPMSolverSinglestepScheduler" =>
                (new DiscreteGrid(new() { SkipFirstEntry = toZero, End = end }), 1),
            "EulerDiscreteScheduler" or "EulerAncestralDiscreteScheduler" or "LMSDiscreteScheduler" or "HeunDiscreteScheduler" =>
                (new DiscreteGrid(new() { Round = false, End = end }), stages),
            _ => null,
        };
    }
}
