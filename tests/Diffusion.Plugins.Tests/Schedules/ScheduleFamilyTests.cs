using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Plugins.Tests.Schedules;

/// <summary>What the processes are to each other and to the papers they come from.</summary>
public sealed class ScheduleFamilyTests
{
    private static readonly double[] Times = [1e-6, 0.01, 0.2, 0.5, 0.75, 0.99];

    public static TheoryData<NoiseSchedule, NoiseSchedule> Same => new()
    {
        { new LinearLangevinSchedule(new() { Gamma = 1, Q = 2 }), new OrnsteinUhlenbeckSchedule(new()) },
        { new LinearLangevinSchedule(new() { Gamma = 4, Q = 8 }), new VariancePreservingSchedule(new() { BetaMin = 8, BetaMax = 8 }) },
        { new StochasticInterpolantSchedule(new()), new RectifiedFlowSchedule(new()) },
        { new StochasticInterpolantSchedule(new() { Path = InterpolantPath.Convex }), new RectifiedFlowSchedule(new()) },
        { new StochasticInterpolantSchedule(new() { Path = InterpolantPath.Trigonometric }), new TrigonometricSchedule(new()) },
        { new CosineSchedule(new() { Offset = 0, Horizon = 1 }), new TrigonometricSchedule(new()) },
        { new RectifiedFlowSchedule(new() { Decay = 1 - 1e-14 }), new RectifiedFlowSchedule(new()) },
    };

    public static TheoryData<NoiseSchedule, NoiseSchedule, double> Shifted => new()
    {
        { new CosineSchedule(new() { Shift = 4 }), new CosineSchedule(new()), 4 },
        { new RectifiedFlowSchedule(new() { Shift = 3 }), new RectifiedFlowSchedule(new()), 3 },
        { new RectifiedFlowSchedule(new() { Shift = 0.2, Decay = 0.3 }), new RectifiedFlowSchedule(new() { Decay = 0.3 }), 0.2 },
    };

    public static TheoryData<BetaTable, bool> Tables =>
        new MatrixTheoryData<BetaTable, bool>(Enum.GetValues<BetaTable>(), [false, true]);

    [Theory]
    [MemberData(nameof(Same))]
    public void Names_for_one_process_agree(NoiseSchedule one, NoiseSchedule other)
    {
        foreach (double t in Times)
        {
            Assert.Equal(other.At(t).Alpha, one.At(t).Alpha, 1e-13);
            Assert.Equal(other.At(t).Sigma, one.At(t).Sigma, 1e-13);
            Assert.Equal(other.DiffusionSquared(t), one.DiffusionSquared(t), 1e-12 * other.DiffusionSquared(t));
        }
    }

    [Theory]
    [MemberData(nameof(Shifted))]
    public void A_shift_multiplies_the_noise_scale_at_every_time(NoiseSchedule shifted, NoiseSchedule plain, double factor)
    {
        foreach (double t in Times)
            Assert.Equal(factor * plain.At(t).NoiseToSignal, shifted.At(t).NoiseToSignal, 1e-12 * factor * plain.At(t).NoiseToSignal);
    }

    [Fact]
    public void The_linear_Langevin_equation_forgets_its_start_for_the_stationary_law()
    {
        var schedule = new LinearLangevinSchedule(new() { Gamma = 0.7, Q = 3, Horizon = 60 });
        Assert.Equal(Math.Sqrt(3 / 1.4), schedule.At(60).Sigma, 1e-15);
        Assert.Equal(0, schedule.At(60).Alpha, 1e-15);
    }

    [Fact]
    public void Brownian_motion_reversed_from_its_end_has_the_variance_of_the_h_transform()
    {
        // dx = −A x ds + σ dB with A = g²/(α² + σ²), the score of N(0, 1) data, in s = 1 − t: dV/ds = −2AV + g².
        const double Sigma = 3;
        const int Steps = 2000;
        var schedule = new BrownianSchedule(new() { Sigma = Sigma });
        double variance = (Sigma * Sigma) + 1;
        for (int i = 0; i < Steps; i++)
        {
            double h = 1.0 / Steps;
            double s = i * h;
            double k1 = Rate(s, variance);
            double k2 = Rate(s + (0.5 * h), variance + (0.5 * h * k1));
            double k3 = Rate(s + (0.5 * h), variance + (0.5 * h * k2));
            double k4 = Rate(s + h, variance + (h * k3));
            variance += h * (k1 + (2 * k2) + (2 * k3) + k4) / 6;
            Assert.Equal((Sigma * Sigma * (1 - s - h)) + 1, variance, 1e-8);
        }

        double Rate(double s, double v)
        {
            NoiseLevel level = schedule.At(Math.Max(0, 1 - s));
            double diffusionSquared = schedule.DiffusionSquared(1 - s);
            return diffusionSquared - (2 * v * diffusionSquared / ((level.Alpha * level.Alpha) + (level.Sigma * level.Sigma)));
        }
    }

    [Fact]
    public void A_power_path_has_clean_data_at_the_start_and_unbounded_noise_towards_its_end()
    {
        Assert.Equal(0, new PowerSchedule(new()).At(0).Sigma);
        Assert.Equal(Math.Sqrt(2 * 0.99 / 0.01), new PowerSchedule(new()).At(0.99).Sigma, 1e-12);
        Assert.True(new PowerSchedule(new() { Horizon = 1 - 1e-15 }).At(1 - 1e-15).Sigma > 1e7);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_table_is_the_product_of_its_rates_at_whole_times_whatever_is_between(BetaTable table, bool zeroTerminalSnr)
    {
        NoiseSchedule[] schedules =
        [
            .. Enum.GetValues<TableInterpolation>().Select(interpolation => new DiscreteBetaSchedule(new()
            {
                Table = table, TrainSteps = 100, ZeroTerminalSnr = zeroTerminalSnr, Interpolation = interpolation,
            })),
        ];
        for (int k = 0; k <= 100; k++)
        {
            NoiseLevel[] levels = [.. schedules.Select(schedule => schedule.At(k))];
            Assert.Single(levels.Distinct());
            Assert.Equal(1, (levels[0].Alpha * levels[0].Alpha) + (levels[0].Sigma * levels[0].Sigma), 1e-14);
        }

        Assert.Equal(zeroTerminalSnr, schedules[0].At(100).Alpha == 0);
        Assert.Equal(table == BetaTable.Cosine || zeroTerminalSnr, schedules[0].At(100).Alpha < 1e-3);
    }

    [Fact]
    public void Removing_the_terminal_signal_keeps_the_first_entry()
    {
        double kept = new DiscreteBetaSchedule(new()).At(1).Sigma;
        Assert.Equal(kept, new DiscreteBetaSchedule(new() { ZeroTerminalSnr = true }).At(1).Sigma);
    }

    [Fact]
    public void Rates_of_the_path_are_numbers_or_infinite_where_nothing_of_the_data_is_left()
    {
        NoiseSchedule[] schedules =
        [
            new RectifiedFlowSchedule(new() { Shift = 3, Decay = 0.2 }), new TrigonometricSchedule(new()), new CosineSchedule(new() { Horizon = 1, Shift = 2 }),
            new SigmoidSchedule(new() { Horizon = 1 }), new DiscreteBetaSchedule(new() { ZeroTerminalSnr = true }),
            .. Enum.GetValues<InterpolantPath>().Select(path => new StochasticInterpolantSchedule(new() { Path = path, SignalExponent = 0.5 })),
        ];
        foreach (NoiseSchedule schedule in schedules)
        {
            double end = schedule.Horizon;
            Assert.Equal(0, schedule.At(end).Alpha);
            Assert.True(schedule.AlphaRate(end) < 0, $"{schedule.GetType().Name}: d alpha/dt = {schedule.AlphaRate(end)}");
            Assert.True(schedule.SigmaRate(end) >= 0, $"{schedule.GetType().Name}: d sigma/dt = {schedule.SigmaRate(end)}");
            Assert.Equal(double.NegativeInfinity, schedule.Drift(end));
            Assert.Equal(double.PositiveInfinity, schedule.DiffusionSquared(end));
            Assert.Equal(end, schedule.TimeAt(double.NegativeInfinity), 1e-12 * end);
        }
    }
}
