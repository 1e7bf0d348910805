using Diffusion.Core.Training;
using Diffusion.Numerics;
using Diffusion.Schedules;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Core;

/// <summary>The trainer's optimisers, clipping and average against TorchSharp's, one parameter after the other.</summary>
[Collection(GlobalTorchState.Name)]
public sealed class LearnerTests : IDisposable
{
    private const int Steps = 40;
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<OptimizerKind, double, double, double> Cases =>
        [.. from optimizer in Enum.GetValues<OptimizerKind>()
            from decay in new[] { 0, 0.1 }
            from clip in new[] { 0, 0.5 }
            from ema in new[] { 0, 0.9 }
            select (optimizer, decay, clip, ema)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Weights_are_those_of_TorchSharps_optimizers(OptimizerKind optimizer, double decay, double clip, double ema)
    {
        var settings = new TrainingSettings
        {
            Steps = Steps, BatchSize = 4, Optimizer = optimizer, LearningRate = RateOf(optimizer), WeightDecay = decay, GradientClip = clip, Ema = ema,
        };
        var trained = new Valley(ScalarType.Float64);
        var expected = new Valley(ScalarType.Float64);
        Train(trained, settings);
        ByHand(expected, settings);
        foreach ((Parameter reference, Parameter parameter) in expected.Learnt.Zip(trained.Learnt))
            Assert.All(HostNumbers.ToArray(reference).Zip(HostNumbers.ToArray(parameter)), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Float32_agrees_with_float64()
    {
        var settings = new TrainingSettings { Steps = Steps, BatchSize = 4, LearningRate = 0.02, WeightDecay = 0.01 };
        var narrow = new Valley(ScalarType.Float32);
        var wide = new Valley(ScalarType.Float64);
        Train(narrow, settings);
        Train(wide, settings);
        foreach ((Parameter reference, Parameter parameter) in wide.Learnt.Zip(narrow.Learnt))
            Assert.All(HostNumbers.ToArray(reference).Zip(HostNumbers.ToArray(parameter)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void No_gradient_is_left_behind()
    {
        var valley = new Valley(ScalarType.Float64);
        Train(valley, new TrainingSettings { Steps = 2, BatchSize = 4 });
        Assert.All(valley.Network.parameters(), parameter => Assert.Null(parameter.grad));
        Assert.All(valley.Learnt, parameter => Assert.True(parameter.requires_grad));
    }

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.Sgd)]
    public void A_buffer_and_what_is_not_learnt_stay_to_the_bit(OptimizerKind optimizer)
    {
        var valley = new Valley(ScalarType.Float32);
        Train(
            valley, new TrainingSettings { Steps = 50, BatchSize = 4, Optimizer = optimizer, LearningRate = RateOf(optimizer), WeightDecay = 0.1, Ema = 0.9 });
        Assert.Equal(HostNumbers.ToArray(full([2], 0.3, dtype: ScalarType.Float32)), HostNumbers.ToArray(valley.Frozen));
        Assert.Equal(HostNumbers.ToArray(full([2], 0.7, dtype: ScalarType.Float32)), HostNumbers.ToArray(valley.Unused));
        Assert.Equal([1, 2], HostNumbers.ToArray(valley.Network.state_dict()["buffer"]));
    }

    [Fact]
    public void A_parameter_under_two_names_is_learnt_once()
    {
        var settings = new TrainingSettings { Steps = Steps, BatchSize = 4, LearningRate = 0.02, Ema = 0 };
        var once = new Valley(ScalarType.Float64);
        var twice = new Valley(ScalarType.Float64, isShared: true);
        Train(once, settings with { GradientClip = 0 });
        Train(twice, settings with { GradientClip = 0 });
        Assert.Equal(HostNumbers.ToArray(once.Matrix), HostNumbers.ToArray(twice.Matrix));
    }

    [Fact]
    public void Numbers_do_not_depend_on_the_number_of_threads()
    {
        var settings = new TrainingSettings { Steps = 3, BatchSize = 4, GradientClip = 0.5 };
        int threads = get_num_threads();
        double[][] weights = [.. new[] { 1, 3 }.Select(count =>
        {
            set_num_threads(count);
            var valley = new Valley(ScalarType.Float32, length: 200_003);
            Train(valley, settings);
            return HostNumbers.ToArray(valley.Vector);
        })];
        set_num_threads(threads);
        Assert.Equal(weights[0], weights[1]);
    }

    [Fact]
    public void The_state_dict_has_the_same_names_shapes_and_types()
    {
        var valley = new Valley(ScalarType.Float32);
        string[] before = Describe(valley);
        Train(valley, new TrainingSettings { Steps = 2, BatchSize = 4 });
        Assert.Equal(before, Describe(valley));

        static string[] Describe(Valley valley) => [.. valley.Network.state_dict().Select(entry =>
            $"{entry.Key} ({string.Join(", ", entry.Value.shape)}) {entry.Value.dtype} {entry.Value.is_contiguous()} {entry.Value.storage_offset()}")];
    }

    // Steps along the gradient itself are larger than Adam's where the valley is steep.
    private static double RateOf(OptimizerKind optimizer) => optimizer == OptimizerKind.Sgd ? 1e-4 : 0.02;

    private static void Train(Valley valley, TrainingSettings settings) => Trainer.Train(
        new TrainingTask
        {
            Model = valley,
            Loss = new Depth(valley),
            Schedule = new VarianceExplodingSchedule(new()),
            TimeSampler = new Middle(),
            Data = zeros([4, 1], dtype: ScalarType.Float64),
            Settings = settings,
            Dtype = valley.Matrix.dtype,
        },
        cancellationToken: TestContext.Current.CancellationToken);

    private static void ByHand(Valley valley, TrainingSettings settings)
    {
        using optim.Optimizer optimizer = settings.Optimizer switch
        {
            OptimizerKind.AdamW => optim.AdamW(valley.Learnt, settings.LearningRate, weight_decay: settings.WeightDecay),
            OptimizerKind.Sgd => optim.SGD(valley.Learnt, settings.LearningRate, momentum: 0.9, weight_decay: settings.WeightDecay),
            _ => optim.Adam(valley.Learnt, settings.LearningRate, weight_decay: settings.WeightDecay),
        };
        Tensor[] average = [.. valley.Learnt.Select(parameter => parameter.detach().clone())];
        for (int step = 0; step < settings.Steps; step++)
        {
            optimizer.zero_grad();
            valley.Depth().backward();
            if (settings.GradientClip > 0)
                nn.utils.clip_grad_norm_(valley.Learnt, settings.GradientClip);
            optimizer.step();
            using IDisposable withoutGradient = no_grad();
            double share = 1 - Math.Min(settings.Ema, (1.0 + step) / (10.0 + step));
            for (int i = 0; i < average.Length; i++)
                average[i].mul_(1 - share).add_(valley.Learnt[i], alpha: share);
        }

        if (settings.Ema == 0)
            return;
        using IDisposable without = no_grad();
        for (int i = 0; i < average.Length; i++)
            valley.Learnt[i].copy_(average[i]);
    }

    /// <summary>A function of parameters of several sizes; as a denoiser it is of no use.</summary>
    private sealed class Valley : ITrainableScoreModel
    {
        private readonly Net _net;

        public Valley(ScalarType dtype, int length = 67, bool isShared = false) => _net = new Net(dtype, length, isShared);

        public nn.Module Network => _net;

        public Parameter Matrix => _net.Matrix;

        public Parameter Vector => _net.Vector;

        public Parameter Unused => _net.Unused;

        public Parameter Frozen => _net.Frozen;

        public Parameter[] Learnt => [_net.Matrix, _net.Vector, _net.Number];

        public Tensor Depth() =>
            (Matrix - 1).square().sum() + (Vector.square() * 3).sum() + (Matrix.sum() * _net.Number).square() + (Frozen.sum() * _net.Number);

        public Prediction Predict(Tensor x, NoiseLevels levels) => new(PredictionKind.Data, x, x, levels);

        private sealed class Net : nn.Module
        {
            public Net(ScalarType dtype, int length, bool isShared)
                : base(nameof(Net))
            {
                Matrix = new Parameter(arange(15, dtype: dtype).view(3, 5) / 7);
                Vector = new Parameter(arange(length, dtype: dtype) * (2.2 / length));
                Number = new Parameter(full([1], 0.5, dtype: dtype));
                Unused = new Parameter(full([2], 0.7, dtype: dtype));
                Frozen = new Parameter(full([2], 0.3, dtype: dtype), requires_grad: false);
                register_parameter("matrix", Matrix);
                register_parameter("vector", Vector);
                register_parameter("number", Number);
                register_parameter("unused", Unused);
                register_parameter("frozen", Frozen);
                register_buffer("buffer", tensor(new[] { 1.0, 2.0 }, dtype: dtype));
                if (isShared)
                    register_parameter("again", Matrix);
            }

            public Parameter Matrix { get; }

            public Parameter Vector { get; }

            public Parameter Number { get; }

            public Parameter Unused { get; }

            public Parameter Frozen { get; }
        }
    }

    private sealed class Depth(Valley valley) : ILoss
    {
        public ResidualForm Residual => ResidualForm.Noise;

        public Tensor Evaluate(IScoreModel model, LossBatch batch) => valley.Depth().expand(batch.Data.shape[0]);
    }

    private sealed class Middle : ITimeSampler
    {
        public double Time(double u, NoiseSchedule schedule) => 0.5 * schedule.Horizon;
    }
}
