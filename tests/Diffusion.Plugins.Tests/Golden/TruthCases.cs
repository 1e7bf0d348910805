using System.Globalization;
using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Plugins.Tests.Golden;

/// <summary>Exact flows and schedules of 50 digits.</summary>
internal static class TruthCases
{
    // The kit's own reference flow is good to about this.
    private const double FlowTolerance = 1e-11;

    public static GoldenClaim Claim(GoldenCase golden) => golden.Family switch
    {
        "schedule_exact" => Schedule(golden),
        _ when golden.Family.StartsWith("flow_", StringComparison.Ordinal) => GoldenClaim.Reproduced(() => CheckFlow(golden)),
        _ => throw new InvalidDataException($"The exact records have a family '{golden.Family}' of which nothing is known here."),
    };

    private static GoldenClaim Schedule(GoldenCase golden)
    {
        string name = golden.Text("schedule");
        NoiseSchedule? schedule = name switch
        {
            "vp_linear" => new VariancePreservingSchedule(new()),
            _ when name.StartsWith("subvp", StringComparison.Ordinal) => new SubVariancePreservingSchedule(new()),
            _ when name.StartsWith("ve", StringComparison.Ordinal) => new VarianceExplodingSchedule(new()),
            _ when name.StartsWith("cosine_s", StringComparison.Ordinal) =>
                new CosineSchedule(new() { Offset = double.Parse(name["cosine_s".Length..], CultureInfo.InvariantCulture) }),
            _ => null,
        };
        return schedule is null
            ? GoldenClaim.None($"the schedule '{name}' is not known here")
            : GoldenClaim.Reproduced(() => GoldenTables.CheckSchedule(golden, schedule, isExact: true));
    }

    private static void CheckFlow(GoldenCase golden)
    {
        (NoiseLevel from, NoiseLevel to) = (
            new(1, golden.Number("alpha_from"), golden.Number("sigma_from")), new(0, golden.Number("alpha_to"), golden.Number("sigma_to")));
        ExactMixture target = golden.Target;
        double[][] expected = [.. golden.FinalState.Chunk(target.Dimension)];
        double tolerance = FlowTolerance + (3 * golden.Number("err_estimate"));
        foreach ((double[] start, int i) in golden.Points("x0").Chunk(target.Dimension).Select((point, i) => (point, i)))
        {
            double[] carried = ReferenceFlow.Carry(target, start, from, to, steps: 4000);
            for (int j = 0; j < carried.Length; j++)
                Assert.Equal(expected[i][j], carried[j], tolerance);
        }
    }
}
