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
