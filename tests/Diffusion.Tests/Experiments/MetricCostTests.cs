using Diffusion.Experiments.Forecasting;
using Xunit;

namespace Diffusion.Tests.Experiments;

/// <summary>What metrics are forecast to cost, on a clock that work moves as a formula says.</summary>
public sealed class MetricCostTests
{
    private const double Enough = 0.08;

    private readonly FakeClock _clock = new();
    private readonly List<int> _timed = [];

    private (CostCurve First, CostCurve Later) Fit(int rows, Func<double, double> first, Func<double, double>? later = null)
    {
        (CostCurve, CostCurve)? found = CostCurve.Fit(CostCurve.Sizes(32, rows), Enough, size =>
        {
            _timed.Add(size);
            return (Timed(first(size)), Timed((later ?? first)(size)));
        });
        return found!.Value;

        double Timed(double seconds)
        {
            long begin = _clock.GetTimestamp();
            _clock.Pass(seconds);
            return _clock.GetElapsedTime(begin).TotalSeconds;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(2.5)]
    public void Work_that_grows_as_a_power_is_found_from_few_rows(double power)
    {
        double Seconds(double n) => 1e-6 * Math.Pow(n, power);
        (CostCurve curve, _) = Fit(1_000_000, Seconds);
        Assert.Equal(power, curve.Exponent, 3);
        Assert.Equal(1, curve.At(1_000_000) / Seconds(1_000_000), 2);
        // No size after the first that tells, and so in all less than four times as long as tells, for both askings.
        Assert.All(_timed.SkipLast(1), size => Assert.True(Seconds(size) < Enough));
        Assert.True(_clock.Now < 2 * 8 * Enough, $"{_clock.Now} s");
    }

    [Fact]
    public void Work_that_can_be_timed_whole_is_not_extrapolated()
    {
        // A constant that hides the power.
        double Seconds(double n) => 0.01 + (1e-9 * n * n);
        (CostCurve curve, _) = Fit(1000, Seconds);
        Assert.Equal([32, 64, 128, 256, 512, 1000], _timed);
        Assert.Equal(Seconds(1000), curve.At(1000), 6);
    }

    [Fact]
    public void Work_that_stops_growing_is_seen_to()
    {
        (CostCurve curve, _) = Fit(50_000, n => 0.05 * Math.Pow(Math.Min(n, 512) / 512, 2));
        Assert.Equal(0.05, curve.At(50_000), 6);
    }

    [Fact]
    public void A_size_that_takes_too_long_leaves_the_smaller_ones()
    {
        int asked = 0;
        (CostCurve First, CostCurve)? found = CostCurve.Fit(CostCurve.Sizes(2, 1000), Enough, size => ++asked > 2 ? null : (0.01 * size, 0.01 * size));
        Assert.Equal(10, found!.Value.First.At(1000), 9);
        Assert.Null(CostCurve.Fit(CostCurve.Sizes(2, 1000), Enough, _ => null));
    }

    private static MetricCurves Curves(MetricSharing sharing, double first, double later) => new(new(100, first, 1), new(100, later, 1), sharing);

    private static MetricDemand Demand(int cells, IReadOnlyDictionary<string, int> shared, int states = 1, bool hasFloor = false, int size = 100) =>
        new(size, size, cells, states) { Shared = shared, HasFloor = hasFloor };

    [Fact]
    public void Cells_that_share_nothing_cost_the_same_each_and_as_their_size_says() =>
        Assert.Equal(10 * 2.0 + (5 * 4.0), MetricCosts.Total(
            Curves(MetricSharing.Nothing, 2, 2),
            [Demand(10, new Dictionary<string, int>()), Demand(5, new Dictionary<string, int>(), size: 200)], 2), 9);

    [Fact]
    public void A_metric_is_asked_once_for_every_state_that_is_measured() =>
        Assert.Equal(10 * 3 * 2.0, MetricCosts.Total(Curves(MetricSharing.Nothing, 2, 2), [Demand(10, new Dictionary<string, int>(), states: 3)], 2), 9);

    [Theory]
    // Two repeats of ten cells: in each process the first takes 3 s rather than 1 s, and exact samples are asked about once.
    [InlineData(1, false, 20 + (2 * 2))]
    [InlineData(2, false, 20 + (2 * 2 * 2))]
    [InlineData(2, true, 20 + (2 * 2 * 3))]
    // No more processes than cells.
    [InlineData(64, false, 20 + (2 * 10 * 2))]
    public void What_the_cells_of_a_repeat_share_is_worked_out_once_in_each_process(int processes, bool hasFloor, double expected)
    {
        // Two configurations of five cells in each of two repeats share the reference of the repeat.
        Dictionary<string, int> repeats = new() { ["0"] = 5, ["1"] = 5 };
        Assert.Equal(expected, MetricCosts.Total(
            Curves(MetricSharing.Reference, 3, 1), [Demand(10, repeats, hasFloor: hasFloor), Demand(10, repeats, hasFloor: hasFloor)], processes), 9);
    }

    [Fact]
    public void Laws_are_worked_out_once_for_the_repeats_of_a_configuration() =>
        Assert.Equal(2 * (5.0 + 10), MetricCosts.Total(
            Curves(MetricSharing.Law, 5, 0),
            [Demand(10, new Dictionary<string, int> { ["a"] = 10 }), Demand(10, new Dictionary<string, int> { ["b"] = 10 }, size: 200)], 2), 9);

    private sealed class FakeClock : TimeProvider
    {
        private long _ticks;

        public double Now => TimeSpan.FromTicks(_ticks).TotalSeconds;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Pass(double seconds) => _ticks += (long)Math.Round(seconds * TimeSpan.TicksPerSecond);
    }
}
