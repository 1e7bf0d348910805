using System.Text.Json;
using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Tests.Schedules;

/// <summary>Every schedule against schedule-values.json, which an independent program computed with 60 digits (schedule_values.py says how).</summary>
public sealed class ScheduleValueTests
{
    private const double Tolerance = 2e-14;

    private static readonly Dictionary<string, NoiseSchedule> Schedules = new()
    {
        ["variance-preserving"] = new VariancePreservingSchedule(new()),
        ["sub-vp"] = new SubVariancePreservingSchedule(new()),
        ["variance-exploding"] = new VarianceExplodingSchedule(new()),
        ["variance-exploding continuous"] = new VarianceExplodingSchedule(new() { Continuous = true }),
        ["edm"] = new EdmSchedule(new()),
        ["ornstein-uhlenbeck"] = new OrnsteinUhlenbeckSchedule(new()),
        ["cosine"] = new CosineSchedule(new()),
        ["rectified-flow"] = new RectifiedFlowSchedule(new()),
        ["trigonometric"] = new TrigonometricSchedule(new()),
        ["brownian"] = new BrownianSchedule(new()),
    };

    public static TheoryData<string> Names => [.. Schedules.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_keep_their_digits_down_to_the_data(string name)
    {
        NoiseSchedule schedule = Schedules[name];
        foreach (double[] row in Rows(name))
        {
            NoiseLevel level = schedule.At(row[0]);
            AssertNear(row[1], level.Alpha, "alpha", row[0]);
            AssertNear(row[2], level.Sigma, "sigma", row[0]);
            AssertNear(row[3], level.HalfLogSnr, "log(alpha/sigma)", row[0]);
            AssertNear(row[4], schedule.Drift(row[0]), "f", row[0]);
            AssertNear(row[5], schedule.DiffusionSquared(row[0]), "g²", row[0]);
        }
    }

    private static void AssertNear(double expected, double actual, string what, double t) => Assert.True(
        Math.Abs(expected - actual) <= Tolerance * Math.Abs(expected),
        FormattableString.Invariant($"{what} at t = {t:r} is {actual:r} instead of {expected:r}"));

    private static List<double[]> Rows(string name)
    {
        using Stream stream = typeof(ScheduleValueTests).Assembly.GetManifestResourceStream("schedule-values.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return
        [
            .. document.RootElement.GetProperty("schedules").EnumerateArray()
                .Single(schedule => schedule.GetProperty("schedule").GetString() == name)
                .GetProperty("rows").EnumerateArray().Select(row => row.EnumerateArray().Select(v => v.GetDouble()).ToArray()),
        ];
    }
}
