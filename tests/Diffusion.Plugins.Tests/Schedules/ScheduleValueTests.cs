using Xunit;

namespace Diffusion.Plugins.Tests.Schedules;

/// <summary>Every schedule against values of an independent program (see <see cref="ScheduleReference"/>).</summary>
public sealed class ScheduleValueTests
{
    // Rates of tables are differences of neighbouring entries, which lose some digits.
    private const double Tolerance = 5e-14;
    private const double ToleranceOfTables = 1e-12;

    // λ is known to its rounding, and times no better than that allows.
    private const double Rounding = 4e-15;

    public static IEnumerable<TheoryDataRow<int>> Cases =>
        ScheduleReference.All.Select((reference, i) => new TheoryDataRow<int>(i) { TestDisplayName = reference.ToString() });

    [Fact]
    public void Every_schedule_has_reference_values() =>
        Assert.Equal(ReferenceSchedules.Names.Order(), ScheduleReference.All.Select(reference => reference.Schedule).Distinct().Order());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_keep_their_digits_from_the_data_to_the_horizon(int index)
    {
        ScheduleReference reference = ScheduleReference.All[index];
        NoiseSchedule schedule = ReferenceSchedules.Create(reference);
        double tolerance = reference.Schedule is "discrete-beta" or "tabulated" ? ToleranceOfTables : Tolerance;
        Assert.Equal(schedule.Horizon, reference.Rows[^1][0]);
        foreach (IReadOnlyList<double?> row in reference.Rows)
        {
            double t = row[0]!.Value;
            NoiseLevel level = schedule.At(t);
            AssertNear(row[1]!.Value, level.Alpha, "alpha", 0);
            AssertNear(row[2]!.Value, level.Sigma, "sigma", 0);
            AssertNear(row[3] ?? double.NegativeInfinity, level.HalfLogSnr, "log(alpha/sigma)", 1);
            AssertNear(row[4] ?? double.NegativeInfinity, schedule.Drift(t), "f", 0);
            AssertNear(row[5] ?? double.PositiveInfinity, schedule.DiffusionSquared(t), "g²", 0);

            void AssertNear(double expected, double actual, string what, double floor) => Assert.True(
                expected == actual || Math.Abs(expected - actual) <= tolerance * Math.Max(floor, Math.Abs(expected)),
                FormattableString.Invariant(
                    $"{reference}: {what} at t = {t:r} is {actual:r} instead of {expected:r}, off by {Math.Abs((expected - actual) / expected):e1}"));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_inverse_finds_the_reference_times(int index)
    {
        ScheduleReference reference = ScheduleReference.All[index];
        NoiseSchedule schedule = ReferenceSchedules.Create(reference);
        foreach (IReadOnlyList<double?> row in reference.Rows)
        {
            double t = row[0]!.Value;
            double found = schedule.TimeAt(row[3] ?? double.NegativeInfinity);
            if (row[3] is not { } halfLogSnr)
            {
                Assert.Equal(t, found, 1e-12 * t);
                continue;
            }

            // dλ/dt = −g²/2σ².
            double rate = 0.5 * row[5]!.Value / (row[2]!.Value * row[2]!.Value);
            double tolerance = (1e-12 * t) + (Rounding * Math.Max(1, Math.Abs(halfLogSnr)) / rate);
            Assert.True(Math.Abs(found - t) <= tolerance, FormattableString.Invariant($"{reference}: t = {t:r} comes back as {found:r}"));
        }
    }
}
