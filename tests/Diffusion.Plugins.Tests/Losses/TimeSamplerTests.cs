using Diffusion.Losses;
using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Plugins.Tests.Losses;

public sealed class TimeSamplerTests
{
    private const int Draws = 4001;

    public static TheoryData<string> Names => ["uniform", "log-snr", "log-normal", "log-normal off centre", "logit-normal", "noise-ladder", "importance"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Times_grow_with_the_quantile_and_fill_the_range(string name)
    {
        ITimeSampler sampler = Create(name);
        foreach (NoiseSchedule schedule in (NoiseSchedule[])
            [new VariancePreservingSchedule(new()), new VarianceExplodingSchedule(new()), new EdmSchedule(new()), new CosineSchedule(new())])
        {
            double[] times = [.. Quantiles(Draws).Select(u => sampler.Time(u, schedule))];
            Assert.All(times, t => Assert.InRange(t, schedule.MinimumTime, schedule.Horizon));
            for (int i = 1; i < times.Length; i++)
                Assert.True(times[i] >= times[i - 1], $"quantile {i} of {schedule.GetType().Name}");
            Assert.True(Math.Abs(times[^1] - times[0]) > 0.1 * (schedule.Horizon - schedule.MinimumTime));
        }
    }

    [Fact]
    public void Uniform_is_uniform_in_time()
    {
        var schedule = new VariancePreservingSchedule(new() { MinimumTime = 0.2 });
        Assert.Equal(0.2, new UniformTimeSampler().Time(0, schedule));
        Assert.Equal(0.6, new UniformTimeSampler().Time(0.5, schedule), 1e-15);
        Assert.Equal(1, new UniformTimeSampler().Time(1, schedule));
    }

    [Fact]
    public void Log_snr_is_uniform_in_log_snr()
    {
        var schedule = new VariancePreservingSchedule(new());
        double first = schedule.At(schedule.MinimumTime).HalfLogSnr;
        double last = schedule.At(schedule.Horizon).HalfLogSnr;
        foreach (double u in new[] { 0.1, 0.5, 0.93 })
        {
            double halfLogSnr = schedule.At(new LogSnrTimeSampler().Time(u, schedule)).HalfLogSnr;
            Assert.Equal(u, (halfLogSnr - first) / (last - first), 1e-12);
        }
    }

    [Fact]
    public void Log_normal_has_the_moments_of_the_truncated_normal()
    {
        // Equal quantiles integrate the distribution; moments of N(m, s²) cut to [a, b] in standard units from the textbook formulas.
        var schedule = new EdmSchedule(new() { SigmaMin = 0.2, SigmaMax = 3 });
        (double mean, double deviation) = (-0.4, 0.9);
        double[] logs = [.. Quantiles(200_000).Select(u => Math.Log(new LogNormalTimeSampler(
            new() { Mean = mean, StandardDeviation = deviation }).Time(u, schedule)))];

        (double a, double b) = ((Math.Log(0.2) - mean) / deviation, (Math.Log(3) - mean) / deviation);
        double mass = Cdf(b) - Cdf(a);
        double shift = (Density(a) - Density(b)) / mass;
        double spread = 1 + (((a * Density(a)) - (b * Density(b))) / mass) - (shift * shift);
        Assert.Equal(mean + (deviation * shift), logs.Average(), 1e-6);
        Assert.Equal(deviation * Math.Sqrt(spread), Math.Sqrt(logs.Average(v => v * v) - Math.Pow(logs.Average(), 2)), 1e-5);
    }

    [Fact]
    public void Log_normal_of_edm_has_its_median_at_the_mean()
    {
        // The range of EDM cuts 1.5e-5 of the lower and 2e-6 of the upper tail.
        double median = new LogNormalTimeSampler(new()).Time(0.5, new EdmSchedule(new()));
        Assert.Equal(-1.2, Math.Log(median), 1e-4);
    }

    [Fact]
    public void Log_normal_reaches_a_range_far_in_its_upper_tail()
    {
        var sampler = new LogNormalTimeSampler(new() { Mean = -12, StandardDeviation = 1 });
        var schedule = new EdmSchedule(new() { SigmaMin = 0.5, SigmaMax = 2 });
        double[] times = [.. Quantiles(9).Select(u => sampler.Time(u, schedule))];
        for (int i = 1; i < times.Length; i++)
            Assert.True(times[i] > times[i - 1]);
    }

    [Fact]
    public void Log_snr_refuses_a_schedule_that_ends_in_pure_noise() =>
        Assert.Contains(
            "horizon",
            Assert.Throws<ArgumentException>(() => new LogSnrTimeSampler().Time(0.5, new RectifiedFlowSchedule(new()))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Logit_normal_is_normal_in_the_logit_of_the_time()
    {
        var schedule = new RectifiedFlowSchedule(new() { MinimumTime = 0.001 });
        var sampler = new LogitNormalTimeSampler(new() { Mean = -0.3, StandardDeviation = 0.8 });
        double[] logits = [.. Quantiles(20_000).Select(u => (sampler.Time(u, schedule) - 0.001) / 0.999).Select(share => Math.Log(share / (1 - share)))];
        Assert.Equal(-0.3, logits.Average(), 1e-9);
        Assert.Equal(0.8, Math.Sqrt(logits.Average(z => Math.Pow(z + 0.3, 2))), 1e-3);

        // Upper quartile of the standard normal from tables.
        Assert.Equal(-0.3 + (0.8 * 0.6744897501960817), Logit(sampler.Time(0.75, schedule)), 1e-12);

        static double Logit(double time) => Math.Log((time - 0.001) / (1 - time));
    }

    [Fact]
    public void Single_scale_is_one_noise_scale_on_every_process()
    {
        foreach (NoiseSchedule schedule in (NoiseSchedule[])[new VariancePreservingSchedule(new()), new EdmSchedule(new()), new RectifiedFlowSchedule(new())])
        {
            foreach (double u in new[] { 0.01, 0.5, 0.99 })
                Assert.Equal(0.7, schedule.At(new SingleScaleTimeSampler(new() { Sigma = 0.7 }).Time(u, schedule)).NoiseToSignal, 1e-12);
        }
    }

    [Fact]
    public void A_noise_ladder_visits_its_scales_in_geometric_progression_equally_often()
    {
        var schedule = new EdmSchedule(new());
        var sampler = new NoiseLadderTimeSampler(new() { Levels = 4, SigmaMin = 0.01, SigmaMax = 10 });
        var visits = Quantiles(400).GroupBy(u => Math.Round(Math.Log10(schedule.At(sampler.Time(u, schedule)).NoiseToSignal), 9)).ToArray();
        Assert.Equal([-2, -1, 0, 1], visits.Select(visit => visit.Key));
        Assert.All(visits, visit => Assert.Equal(100, visit.Count()));
    }

    [Fact]
    public void A_ladder_as_long_as_the_schedule_fits_into_it()
    {
        var schedule = new VarianceExplodingSchedule(new() { SigmaMin = 0.01, SigmaMax = 50 });
        var sampler = new NoiseLadderTimeSampler(new() { SigmaMin = 0.01, SigmaMax = 50 });
        Assert.Equal(schedule.MinimumTime, sampler.Time(1e-9, schedule), 1e-9);
        Assert.Equal(schedule.Horizon, sampler.Time(1 - 1e-9, schedule), 1e-9);
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(100)]
    public void A_scale_outside_the_schedule_is_refused_with_its_range(double scale)
    {
        var schedule = new EdmSchedule(new() { SigmaMin = 0.002, SigmaMax = 80 });
        string message = Assert.Throws<ArgumentException>(() => new SingleScaleTimeSampler(new() { Sigma = scale }).Time(0.5, schedule)).Message;
        Assert.Contains("covers 0.002 to 80", message, StringComparison.Ordinal);
    }

    private static ITimeSampler Create(string name) => name switch
    {
        "uniform" => new UniformTimeSampler(),
        "log-snr" => new LogSnrTimeSampler(),
        "logit-normal" => new LogitNormalTimeSampler(new() { Mean = 0.5 }),
        "noise-ladder" => new NoiseLadderTimeSampler(new() { SigmaMin = 0.05, SigmaMax = 50 }),
        "importance" => new ImportanceTimeSampler(new()),
        "log-normal" => new LogNormalTimeSampler(new()),
        "log-normal off centre" => new LogNormalTimeSampler(new() { Mean = 1.5, StandardDeviation = 2.5 }),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static IEnumerable<double> Quantiles(int count) => Enumerable.Range(0, count).Select(i => (i + 0.5) / count);

    private static double Density(double z) => Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);

    // Simpson's rule from the centre: independent of the library that the sampler uses.
    private static double Cdf(double z)
    {
        const int Intervals = 2000;
        double h = z / Intervals;
        double sum = Enumerable.Range(0, Intervals + 1).Sum(i => Density(i * h) * (i is 0 or Intervals ? 1 : i % 2 == 1 ? 4 : 2));
        return 0.5 + (sum * h / 3);
    }
}
