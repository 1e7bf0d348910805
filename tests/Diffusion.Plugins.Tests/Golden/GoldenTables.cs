using System.Text.Json;
using Xunit;

namespace Diffusion.Plugins.Tests.Golden;

/// <summary>Comparison of recorded grids and schedules with ours.</summary>
internal static class GoldenTables
{
    private const double Relative = 1e-12;

    /// <summary>Noise scales σ/α of a grid.</summary>
    /// <param name="expected">As recorded, the final 0 included where there is one.</param>
    /// <param name="levels">Ours.</param>
    /// <param name="lost">Rounding of the recorded value itself, relative, as a function of it.</param>
    public static void CheckScales(IReadOnlyList<double> expected, IReadOnlyList<NoiseLevel> levels, Func<double, double>? lost = null) =>
        CheckAll(expected, [.. levels.Select(level => level.NoiseToSignal)], lost ?? (_ => 0));

    /// <summary>Times of a grid.</summary>
    public static void CheckTimes(IReadOnlyList<double> expected, IReadOnlyList<NoiseLevel> levels, Func<double, double>? lost = null) =>
        CheckAll(expected, [.. levels.Select(level => level.T)], lost ?? (_ => 0));

    /// <summary>Every column of a schedule's table that the case has.</summary>
    /// <param name="golden">The case, with times in "t".</param>
    /// <param name="schedule">Ours.</param>
    /// <param name="isExact">
    /// Whether the table is exact to the last digit. Peers form σ from 1 − α², which loses as many digits as that difference has zeros.
    /// </param>
    public static void CheckSchedule(GoldenCase golden, NoiseSchedule schedule, bool isExact)
    {
        double[] times = golden.Numbers("t");
        Column("alpha", t => schedule.At(t).Alpha, 0);
        Column("sigma", t => schedule.At(t).Sigma, 0);
        Column("logsnr", t => 2 * schedule.At(t).HalfLogSnr, 1);
        Column("half_logsnr", t => schedule.At(t).HalfLogSnr, 1);
        Column("beta", t => -2 * schedule.Drift(t), 0);
        Column("drift_coeff", schedule.Drift, 0);
        Column("diffusion", t => Math.Sqrt(schedule.DiffusionSquared(t)), 0);
        Column("inverse_lambda_of_lambda", t => schedule.TimeAt(schedule.At(t).HalfLogSnr), 0);

        void Column(string name, Func<double, double> ours, double floor)
        {
            if (!golden.Json.TryGetProperty(name, out JsonElement column) || column.ValueKind != JsonValueKind.Array)
                return;

            double[] expected = golden.Numbers(name);
            for (int i = 0; i < times.Length; i++)
            {
                double variance = 1 - Math.Pow(schedule.At(times[i]).Alpha, 2);
                double lost = isExact || variance == 0 ? 0 : 1e-15 / variance;
                double actual = ours(times[i]);
                double tolerance = (Relative + lost) * Math.Max(floor, Math.Abs(expected[i]));
                Assert.True(
                    Math.Abs(expected[i] - actual) <= tolerance,
                    FormattableString.Invariant($"{golden.Id}: {name} at t = {times[i]:r} is {actual:r} instead of {expected[i]:r} ± {tolerance:e1}"));
            }
        }
    }

    private static void CheckAll(IReadOnlyList<double> expected, double[] actual, Func<double, double> lost)
    {
        Assert.Equal(expected.Count, actual.Length);
        for (int i = 0; i < actual.Length; i++)
            Assert.Equal(expected[i], actual[i], (Relative + lost(expected[i])) * Math.Abs(expected[i]));
    }
}
