using Diffusion.Core.Training;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Core;

public sealed class TrainerTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    private static TrainingTask Task(ITrainableScoreModel model, TrainingSettings? settings = null, ILoss? loss = null) => new()
    {
        Model = model,
        Loss = loss ?? new SquaredNoiseError(),
        Schedule = new SigmaSchedule(),
        TimeSampler = new UniformTime(),
        Data = full([64, 1], 3.0, dtype: ScalarType.Float64),
        Settings = settings ?? new TrainingSettings { Steps = 300, BatchSize = 64, LearningRate = 0.05, Ema = 0 },
        Dtype = ScalarType.Float64,
    };

    [Fact]
    public void It_learns_the_only_point_there_is()
    {
        var model = new ConstantDenoiser();
        TrainingOutcome outcome = Trainer.Train(Task(model), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(3, model.Point.ToDouble(), 0.02);
        Assert.True(outcome.Curve[^1].Loss < outcome.Curve[0].Loss / 100);
        Assert.Equal(300, outcome.Curve[^1].Step);
        Assert.False(model.Network.training);
    }

    [Fact]
    public void The_same_task_gives_the_same_weights_to_the_bit()
    {
        var settings = new TrainingSettings { Steps = 25, BatchSize = 16, Seed = 4 };
        double[] weights = [.. Enumerable.Range(0, 2).Select(_ => Train(settings))];
        Assert.Equal(weights[0], weights[1]);
        Assert.NotEqual(weights[0], Train(settings with { Seed = 5 }));

        static double Train(TrainingSettings settings)
        {
            var model = new ConstantDenoiser();
            Trainer.Train(Task(model, settings), cancellationToken: TestContext.Current.CancellationToken);
            return model.Point.ToDouble();
        }
    }

    [Fact]
    public void Clipping_bounds_the_step_of_plain_gradient_descent()
    {
        var model = new ConstantDenoiser();
        Trainer.Train(
            Task(model, new TrainingSettings { Steps = 1, Optimizer = OptimizerKind.Sgd, LearningRate = 1, GradientClip = 1e-3, Ema = 0 }),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.InRange(Math.Abs(model.Point.ToDouble()), 0.99e-3, 1.01e-3);
    }

    [Fact]
    public void The_average_lags_behind_the_last_weights()
    {
        var last = new ConstantDenoiser();
        var averaged = new ConstantDenoiser();
        var settings = new TrainingSettings { Steps = 20, LearningRate = 0.01, Ema = 0 };
        Trainer.Train(Task(last, settings), cancellationToken: TestContext.Current.CancellationToken);
        Trainer.Train(Task(averaged, settings with { Ema = 0.99 }), cancellationToken: TestContext.Current.CancellationToken);
        Assert.InRange(averaged.Point.ToDouble(), 1e-3, last.Point.ToDouble() - 1e-3);
    }

    [Fact]
    public void Level_losses_cover_the_schedule_and_fall_where_the_signal_is_strong()
    {
        var model = new ConstantDenoiser();
        TrainingOutcome outcome = Trainer.Train(
            Task(model, new TrainingSettings { Steps = 2, BatchSize = 500, LearningRate = 1e-9 }), cancellationToken: TestContext.Current.CancellationToken);

        // A denoiser that always says 0 errs by 3/σ in the noise: the bands must be ordered by that.
        Assert.InRange(outcome.LevelLosses.Count, 2, 10);
        Assert.Equal(outcome.LevelLosses.Select(level => level.Loss).Order(), outcome.LevelLosses.Select(level => level.Loss));
        Assert.Equal(outcome.LevelLosses.Select(level => level.HalfLogSnr).Order(), outcome.LevelLosses.Select(level => level.HalfLogSnr));
        Assert.Equal(500, outcome.LevelLosses.Sum(level => level.Count));
    }

    [Fact]
    public void Weights_multiply_the_losses_of_their_levels()
    {
        var settings = new TrainingSettings { Steps = 2, BatchSize = 500, LearningRate = 1e-9, Ema = 0 };
        TrainingOutcome plain = Trainer.Train(Task(new ConstantDenoiser(), settings), cancellationToken: TestContext.Current.CancellationToken);
        TrainingOutcome weighted = Trainer.Train(
            Task(new ConstantDenoiser(), settings) with { Weighting = new OnData() }, cancellationToken: TestContext.Current.CancellationToken);

        // A denoiser that always says 0 errs by 3 in the data at every level: weight 2 on the data makes every band 2 · 9.
        Assert.All(weighted.LevelLosses, level => Assert.Equal(18, level.Loss, 1e-6));
        Assert.Equal(18, weighted.Curve[0].Loss, 1e-6);
        Assert.NotEqual(plain.Curve[0].Loss, weighted.Curve[0].Loss);
    }

    [Fact]
    public void A_losss_own_weighting_stands_unless_another_is_chosen()
    {
        var settings = new TrainingSettings { Steps = 1, BatchSize = 100, LearningRate = 1e-9, Ema = 0 };
        var loss = new SquaredNoiseError { DefaultWeighting = new OnData() };
        TrainingTask task = Task(new ConstantDenoiser(), settings, loss);
        Assert.Equal(18, Trainer.Train(task, cancellationToken: TestContext.Current.CancellationToken).Curve[0].Loss, 1e-6);

        double plain = Trainer.Train(Task(new ConstantDenoiser(), settings), cancellationToken: TestContext.Current.CancellationToken).Curve[0].Loss;
        TrainingTask replaced = task with { Model = new ConstantDenoiser(), Weighting = new Everywhere() };
        Assert.Equal(plain, Trainer.Train(replaced, cancellationToken: TestContext.Current.CancellationToken).Curve[0].Loss, 1e-12);
    }

    [Fact]
    public void Importance_weights_leave_the_objective_and_tell_what_they_were_worth()
    {
        // Of two times the upper is drawn three times as often as the objective has it.
        var settings = new TrainingSettings { Steps = 2, BatchSize = 1000, LearningRate = 1e-9, Ema = 0 };
        TrainingTask task = Task(new ConstantDenoiser(), settings);
        var sampler = new TwoTimes(0.75);
        TrainingOutcome plain = Trainer.Train(task with { TimeSampler = new TwoTimes(0.5) }, cancellationToken: TestContext.Current.CancellationToken);
        TrainingOutcome outcome = Trainer.Train(task with { TimeSampler = sampler }, cancellationToken: TestContext.Current.CancellationToken);

        // Errors of 3/σ in the noise at σ = 1 and 3: 9 and 1 with probability ½ each.
        Assert.Equal(5, plain.Curve[0].Loss, 1e-6);
        Assert.Null(plain.LossVariance);
        Assert.Equal(5, outcome.Curve[0].Loss, 1e-6);
        Assert.Equal(16, outcome.LossVariance!.Objective, 1e-5);
        Assert.Equal((0.25 * Math.Pow(9 * 2, 2)) + (0.75 * Math.Pow(1 / 1.5, 2)) - 25, outcome.LossVariance.Importance, 1e-5);

        // It was told of every sample of every step, at its time.
        Assert.Equal(2000, sampler.Observed.Count);
        Assert.All(sampler.Observed, seen => Assert.Equal(9 / (seen.Time * seen.Time), seen.Loss, 1e-6));
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_training_with_the_step()
    {
        TrainingDivergedException error = Assert.Throws<TrainingDivergedException>(() => Trainer.Train(
            Task(new ConstantDenoiser(), loss: new NotANumber()), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("step 1 of 300", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Trainer.Train(Task(new ConstantDenoiser()), cancellationToken: source.Token));
    }

    /// <summary>D(x) = c: the ideal denoiser of a single point once c is learnt.</summary>
    private sealed class ConstantDenoiser : ITrainableScoreModel
    {
        private readonly Net _net = new();

        public nn.Module Network => _net;

        public Parameter Point => _net.Point;

        public Prediction Predict(Tensor x, NoiseLevels levels) => new(PredictionKind.Data, _net.Point.expand(x.shape), x, levels);

        private sealed class Net : nn.Module
        {
            public Net()
                : base(nameof(Net))
            {
                Point = new Parameter(zeros([1], dtype: ScalarType.Float64));
                register_parameter("point", Point);
            }

            public Parameter Point { get; }
        }
    }

    private sealed class SquaredNoiseError : ILoss
    {
        public ResidualForm Residual => ResidualForm.Noise;

        public ILossWeighting? DefaultWeighting { get; init; }

        public Tensor Evaluate(IScoreModel model, LossBatch batch) =>
            (model.Predict(batch.NoisyData(), batch.Levels).Epsilon - batch.Noise).square().mean([1]);
    }

    private sealed class NotANumber : ILoss
    {
        public ResidualForm Residual => ResidualForm.Noise;

        public Tensor Evaluate(IScoreModel model, LossBatch batch) => model.Predict(batch.Data, batch.Levels).X0.sum([1]) * double.NaN;
    }

    private sealed class UniformTime : ITimeSampler
    {
        public double Time(double u, NoiseSchedule schedule) => schedule.MinimumTime + (u * (schedule.Horizon - schedule.MinimumTime));
    }

    private sealed class OnData : ILossWeighting
    {
        public ResidualForm? Form => ResidualForm.Data;

        public double Weight(NoiseLevel level, NoiseSchedule schedule) => 2;
    }

    private sealed class Everywhere : ILossWeighting
    {
        public ResidualForm? Form => null;

        public double Weight(NoiseLevel level, NoiseSchedule schedule) => 1;
    }

    /// <summary>σ = 1 or 3, either with probability ½ for the objective, the latter with another one in the draws.</summary>
    private sealed class TwoTimes(double shareOfUpper) : ITimeSampler, ITimeSamplingSession
    {
        public List<(double Time, double Loss)> Observed { get; } = [];

        public bool LearnsFromLosses => shareOfUpper != 0.5;

        public double Time(double u, NoiseSchedule schedule) => u < 0.5 ? 1 : 3;

        public ITimeSamplingSession Start(NoiseSchedule schedule) => this;

        public TimeDraw Draw(double u) => u < 1 - shareOfUpper ? new(1, 0.5 / (1 - shareOfUpper)) : new(3, 0.5 / shareOfUpper);

        public void Observe(ReadOnlySpan<double> times, ReadOnlySpan<double> losses)
        {
            for (int i = 0; i < times.Length; i++)
                Observed.Add((times[i], losses[i]));
        }
    }

    private sealed class SigmaSchedule : NoiseSchedule
    {
        public override double Horizon => 10;

        public override double MinimumTime => 0.5;

        public override NoiseLevel At(double t) => new(t, 1, t);

        public override double Drift(double t) => 0;

        public override double DiffusionSquared(double t) => 2 * t;

        public override double TimeAt(double halfLogSnr) => Math.Exp(-halfLogSnr);
    }
}
