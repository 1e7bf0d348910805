using Diffusion.Core.Training;
using Diffusion.Losses;
using Diffusion.Schedules;
using Diffusion.ScoreModels;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Losses;

/// <summary>Times drawn by measured losses: the same objective, less variance.</summary>
public sealed class ImportanceTimeSamplerTests : IDisposable
{
    private const int Draws = 20_000;

    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<ImportanceBase> Bases => [.. Enum.GetValues<ImportanceBase>()];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Bases))]
    public void Before_losses_are_seen_times_are_the_objectives(ImportanceBase objective)
    {
        var schedule = new VariancePreservingSchedule(new());
        var sampler = new ImportanceTimeSampler(new() { Base = objective });
        ITimeSamplingSession session = sampler.Start(schedule);
        foreach (double u in Quantiles(50))
        {
            TimeDraw draw = session.Draw(u);
            Assert.Equal(1, draw.Weight, 1e-9);
            Assert.Equal(sampler.Time(u, schedule), draw.Time, 1e-9);
        }
    }

    [Fact]
    public void Bands_that_were_not_measured_keep_their_share()
    {
        var schedule = new VariancePreservingSchedule(new());
        ITimeSamplingSession session = new ImportanceTimeSampler(new()).Start(schedule);
        double[] noisy = [.. Quantiles(5000).Select(u => 0.5 + (0.5 * u))];
        session.Observe(noisy, [.. noisy.Select(time => Math.Exp(8 * time))]);
        TimeDraw[] draws = [.. Quantiles(Draws).Select(session.Draw)];
        Assert.All(draws.Where(draw => draw.Time < 0.4), draw => Assert.Equal(1, draw.Weight, 1e-9));
        Assert.Equal(0.4, draws.Count(draw => draw.Time < 0.4) / (double)Draws, 0.002);
        Assert.Contains(draws, draw => draw.Weight < 0.5);
    }

    [Theory]
    [MemberData(nameof(Bases))]
    public void The_reweighted_mean_of_any_loss_is_the_objectives(ImportanceBase objective)
    {
        var schedule = new VariancePreservingSchedule(new());
        var sampler = new ImportanceTimeSampler(new() { Base = objective });
        ITimeSamplingSession session = Trained(sampler, schedule);
        TimeDraw[] draws = [.. Quantiles(Draws).Select(session.Draw)];
        Assert.Contains(draws, draw => draw.Weight < 0.7);
        Assert.Equal(1, draws.Average(draw => draw.Weight), 1e-3);
        foreach (Func<double, double> loss in new Func<double, double>[] { Loss, t => t, t => Math.Cos(7 * t) })
        {
            double expected = Quantiles(Draws).Average(u => loss(sampler.Time(u, schedule)));
            Assert.Equal(expected, draws.Average(draw => draw.Weight * loss(draw.Time)), 2e-3 * Math.Max(1, Math.Abs(expected)));
        }
    }

    [Fact]
    public void Times_grow_with_the_quantile_so_that_batches_can_be_stratified()
    {
        var schedule = new VariancePreservingSchedule(new());
        ITimeSamplingSession session = Trained(new ImportanceTimeSampler(new()), schedule);
        double[] times = [.. Quantiles(2000).Select(u => session.Draw(u).Time)];
        Assert.All(times, time => Assert.InRange(time, schedule.MinimumTime, schedule.Horizon));
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public void With_bands_fine_enough_a_losss_variance_all_but_vanishes()
    {
        // Losses without noise of their own: p ∝ q L makes w L constant, up to the width of the bands.
        var schedule = new VariancePreservingSchedule(new());
        ITimeSamplingSession session = Trained(new ImportanceTimeSampler(new() { Bands = 200 }), schedule);
        double[] reweighted = [.. Quantiles(Draws).Select(session.Draw).Select(draw => draw.Weight * Loss(draw.Time))];
        double[] plain = [.. Quantiles(Draws).Select(u => Loss(new ImportanceTimeSampler(new()).Time(u, schedule)))];
        Assert.True(Variance(reweighted) < 0.02 * Variance(plain), FormattableString.Invariant($"{Variance(reweighted):e2} against {Variance(plain):e2}"));
    }

    [Fact]
    public void Importance_weights_are_bounded_by_the_uniform_share()
    {
        var schedule = new VariancePreservingSchedule(new());
        ITimeSamplingSession session = Trained(new ImportanceTimeSampler(new() { UniformShare = 0.2 }), schedule, t => t < 0.3 ? 1000 : 1e-6);
        TimeDraw[] draws = [.. Quantiles(Draws).Select(session.Draw)];
        Assert.Equal(5, draws.Max(draw => draw.Weight), 1e-3);
        Assert.Equal(1, draws.Average(draw => draw.Weight), 1e-3);
    }

    [Fact]
    public void A_pure_noise_horizon_has_bands_too()
    {
        var schedule = new RectifiedFlowSchedule(new());
        ITimeSamplingSession session = Trained(new ImportanceTimeSampler(new()), schedule);
        Assert.All(
            Quantiles(500).Select(session.Draw), draw => Assert.True(draw.Time >= schedule.MinimumTime && draw.Time <= 1 && double.IsFinite(draw.Weight)));
    }

    [Fact]
    public void Training_with_it_repeats_to_the_bit_and_lowers_the_variance_of_the_loss()
    {
        TrainingOutcome[] outcomes = [.. Enumerable.Range(0, 2).Select(_ => Train())];
        Assert.Equal(outcomes[0].Curve, outcomes[1].Curve);
        LossVariance variance = outcomes[0].LossVariance!;
        Assert.True(variance.Importance < 0.6 * variance.Objective, variance.ToString());

        static TrainingOutcome Train()
        {
            using var generator = new Generator(3);
            manual_seed(1);
            using var model = new MlpScoreModel(new() { Width = 16, Layers = 2 }, new DataDescription { Name = "plane", Shape = [2] });
            using Tensor data = randn([500, 2], dtype: ScalarType.Float64, generator: generator);
            return Trainer.Train(
                new TrainingTask
                {
                    Model = model,
                    Loss = new DenoisingScoreMatchingLoss(),
                    Weighting = new MaximumLikelihoodWeighting(),
                    Schedule = new VariancePreservingSchedule(new()),
                    TimeSampler = new ImportanceTimeSampler(new()),
                    Data = data,
                    Settings = new TrainingSettings { Steps = 200, BatchSize = 128, Stratified = false },
                },
                cancellationToken: TestContext.Current.CancellationToken);
        }
    }

    private static ITimeSamplingSession Trained(ImportanceTimeSampler sampler, NoiseSchedule schedule, Func<double, double>? loss = null)
    {
        ITimeSamplingSession session = sampler.Start(schedule);
        Assert.True(session.LearnsFromLosses);
        for (int step = 0; step < 40; step++)
        {
            double[] times = [.. Quantiles(5003).Select(u => session.Draw(u).Time)];
            session.Observe(times, [.. times.Select(loss ?? Loss)]);
        }

        return session;
    }

    private static double Loss(double time) => Math.Exp(-4 * time) + 0.05;

    private static double Variance(double[] values) => values.Average(value => value * value) - Math.Pow(values.Average(), 2);

    private static IEnumerable<double> Quantiles(int count) => Enumerable.Range(0, count).Select(i => (i + 0.5) / count);
}
