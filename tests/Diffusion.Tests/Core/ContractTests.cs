using Diffusion.Core.Contracts;
using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using Diffusion.Core.Training;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Core;

/// <summary>What components give back is checked where they give it back, and named: nothing is broadcast to another number.</summary>
public sealed class ContractTests : IDisposable
{
    private static readonly NoiseLevel[] Levels = [new(4, 1, 4), new(2, 1, 2), new(1, 1, 1), NoiseLevel.Clean];
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<string, Func<Tensor, Tensor>, string> Steps => new()
    {
        { "one row of the batch", x => x.narrow(0, 0, 1) + 0, "returned shape (1, 2) at step 2 of 3 where (5, 2) is expected" },
        { "one number", x => zeros(1, dtype: x.dtype), "returned shape (1) at step 2 of 3 where (5, 2) is expected" },
        { "a number without dimensions", x => x.mean(), "returned shape () at step 2 of 3 where (5, 2) is expected" },
        { "one column", x => x.sum(dim: 1, keepdim: true), "returned shape (5, 1) at step 2 of 3 where (5, 2) is expected" },
        { "another axis in front", x => x.unsqueeze(0) + 0, "returned shape (1, 5, 2) at step 2 of 3 where (5, 2) is expected" },
        { "too many rows", x => cat([x, x], 0), "returned shape (10, 2) at step 2 of 3 where (5, 2) is expected" },
        { "half precision", x => x.to(ScalarType.Float32), "returned float32 numbers at step 2 of 3 where float64 is expected" },
        { "whole numbers", x => x.to(ScalarType.Int64), "returned int64 numbers at step 2 of 3 where float64 is expected" },
        {
            "another device",
            x => empty(x.shape, dtype: x.dtype, device: new Device(DeviceType.META)),
            "returned a tensor on meta at step 2 of 3 where cpu is expected"
        },
        { "nothing", _ => null!, "returned null at step 2 of 3 where a tensor is expected" },
        { "what it was given", x => x, "returned the same tensor that it was given at step 2 of 3 where a new one is expected" },
        { "what it was given, changed in place", x => x.mul_(0.5), "returned the same tensor that it was given at step 2 of 3 where a new one is expected" },
        { "a disposed tensor", x => Disposed(x + 0), "returned a disposed tensor at step 2 of 3" },
        { "its input, disposed", x => Afterwards(x, x + 0), "disposed the state that it was given at step 2 of 3" },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_step_is_checked(string how, Func<Tensor, Tensor> end, string breach)
    {
        var solver = new OddSolver((step, denoiser) =>
        {
            Tensor next = step.X + denoiser.Predict(step.X, step.From).X0;
            return step.Index == 1 ? end(step.X) : next;
        });
        string message = Assert.Throws<ContractException>(() => Run(solver)).Message;
        Assert.Equal(
            $"solver 'odd' (Diffusion.Tests {ComponentIdentity.Describe(solver).Split(' ')[3].TrimEnd(',')}, "
                + $"{typeof(ContractTests).Assembly.Location}) {breach}",
            message);
        Assert.NotEmpty(how);
    }

    [Fact]
    public void An_evaluation_that_the_next_step_is_to_see_must_stay()
    {
        var solver = new OddSolver(
            (step, denoiser) =>
            {
                Prediction prediction = denoiser.Predict(step.X, step.From);
                Tensor next = step.X + prediction.X0;
                prediction.Value.Dispose();
                return next;
            },
            historyLength: 1);
        Assert.EndsWith(
            "disposed an evaluation of its model at step 1 of 3", Assert.Throws<ContractException>(() => Run(solver)).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<Tensor, NoiseLevels, Prediction?>, string> Answers => new()
    {
        {
            "one column, which would be broadcast",
            (x, l) => new(PredictionKind.Data, x.sum(dim: 1, keepdim: true), x, l),
            "returned shape (5, 1) at sigma = 4 where (5, 2) is expected"
        },
        { "no batch", (x, l) => new(PredictionKind.Noise, x.mean([0]), x, l), "returned shape (2) at sigma = 4 where (5, 2) is expected" },
        {
            "another type, which would be promoted",
            (x, l) => new(PredictionKind.Noise, x.to(ScalarType.Float32), x, l),
            "returned float32 numbers at sigma = 4 where float64 is expected"
        },
        { "nothing", (_, _) => null, "returned null at sigma = 4 where a prediction is expected" },
        { "no value", (x, l) => new(PredictionKind.Noise, null!, x, l), "returned null at sigma = 4 where a tensor is expected" },
        { "its input", (x, l) => new(PredictionKind.Data, x, x, l), "returned the same tensor that it was given at sigma = 4 where a new one is expected" },
        { "its input, disposed", (x, l) => new(PredictionKind.Data, Afterwards(x, x + 0), x, l), "disposed the state that it was given at sigma = 4" },
        {
            "another state",
            (x, l) => new(PredictionKind.Noise, x + 0, x.narrow(0, 0, 1), l),
            "returned, as the state of its prediction, shape (1, 2) at sigma = 4 where (5, 2) is expected"
        },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void A_model_s_answer_is_checked(string how, Func<Tensor, NoiseLevels, Prediction?> answer, string breach)
    {
        var solver = new OddSolver((step, denoiser) => step.X + denoiser.Predict(step.X, step.From).X0);
        string message = Assert.Throws<ContractException>(() => Run(solver, new OddModel(answer))).Message;
        Assert.StartsWith("score model 'odd' (Diffusion.Tests ", message, StringComparison.Ordinal);
        Assert.EndsWith(breach, message, StringComparison.Ordinal);
        Assert.NotEmpty(how);
    }

    public static TheoryData<string, Func<Tensor, Tensor>, string> Losses => new()
    {
        { "their mean", losses => losses.mean(), "returned shape () at training step 1 where (8) is expected" },
        { "a column", losses => losses.unsqueeze(1), "returned shape (8, 1) at training step 1 where (8) is expected" },
        { "another type", losses => losses.to(ScalarType.Float32), "returned float32 numbers at training step 1 where float64 is expected" },
        { "without a gradient", losses => losses.detach(), "returned losses at training step 1 from which no gradient flows back to the model's parameters" },
        { "nothing", _ => null!, "returned null at training step 1 where a tensor is expected" },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public void Losses_are_checked(string how, Func<Tensor, Tensor> end, string breach)
    {
        string message = Assert.Throws<ContractException>(() => Train(new OddLoss(end), new LearningModel(x => x))).Message;
        Assert.StartsWith("loss 'odd' (Diffusion.Tests ", message, StringComparison.Ordinal);
        Assert.EndsWith(breach, message, StringComparison.Ordinal);
        Assert.NotEmpty(how);
    }

    [Fact]
    public void A_model_is_checked_while_it_is_trained()
    {
        string message =
            Assert.Throws<ContractException>(() => Train(new OddLoss(losses => losses), new LearningModel(x => x.mean([1], keepdim: true)))).Message;
        Assert.StartsWith("LearningModel (Diffusion.Tests ", message, StringComparison.Ordinal);
        Assert.Contains("returned shape (8, 1) at sigma = ", message, StringComparison.Ordinal);
    }

    public static TheoryData<Func<DataSet?>, string> Data => new()
    {
        { () => null, "returned null where a data set is expected." },
        { () => Set(zeros(3, 2, dtype: ScalarType.Float32)), "returned training rows of float32 numbers where float64 is expected." },
        { () => Set(zeros(3, 3, dtype: ScalarType.Float64)), "returned training rows of shape (3, 3) where (N, 2) is expected." },
        { () => Set(zeros(3, dtype: ScalarType.Float64)), "returned training rows of shape (3) where (N, 2) is expected." },
        { () => Set(zeros(0, 2, dtype: ScalarType.Float64)), "returned no training rows." },
        { () => Set(full([3, 2], double.PositiveInfinity, dtype: ScalarType.Float64)), "returned training rows that are not all finite." },
        { () => Set(Disposed(zeros(3, 2, dtype: ScalarType.Float64))), "returned training rows that are disposed." },
        {
            () => Set(zeros(3, 2, dtype: ScalarType.Float64)) with { Reference = zeros(3, 1, dtype: ScalarType.Float64) },
            "returned reference rows of shape (3, 1) where (N, 2) is expected."
        },
        { () => Described(description => description with { Columns = ["x"] }), "returned 1 column names for samples of shape (2)." },
        {
            () => Described(description => description with { Standardization = new([0, 0], [1, 0]) }),
            "returned a standardisation that is not 2 finite means and as many positive scales."
        },
        {
            () => Described(description => description with { Standardization = new([0], [1]) }),
            "returned a standardisation that is not 2 finite means and as many positive scales."
        },
    };

    [Theory]
    [MemberData(nameof(Data))]
    public void Data_are_checked(Func<DataSet?> load, string breach)
    {
        var source = new OddSource();
        string message = Assert.Throws<InvalidDataException>(() => load().Checked(source)).Message;
        Assert.StartsWith("data 'odd' (Diffusion.Tests ", message, StringComparison.Ordinal);
        Assert.EndsWith(breach, message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_keeps_the_contract_passes()
    {
        Assert.Equal([5L, 2], Run(new OddSolver((step, denoiser) => step.X + denoiser.Predict(step.X, step.From).X0)).State.shape);
        Train(new OddLoss(losses => losses), new LearningModel(x => x));
        Assert.NotNull(Described(description => description with { Columns = ["x", "y"], Standardization = new([0, 1], [1, 2]) }).Checked(new OddSource()));
    }

    private static DataSet Set(Tensor rows) => new(new() { Name = "odd", Shape = [2] }, rows, rows);

    private static DataSet Described(Func<DataDescription, DataDescription> change) =>
        new(change(new() { Name = "odd", Shape = [2] }), zeros(3, 2, dtype: ScalarType.Float64), zeros(3, 2, dtype: ScalarType.Float64));

    private static Tensor Disposed(Tensor tensor)
    {
        tensor.Dispose();
        return tensor;
    }

    private static Tensor Afterwards(Tensor disposed, Tensor returned)
    {
        disposed.Dispose();
        return returned;
    }

    private static SamplingOutcome Run(ISolver solver, IDenoiser? model = null) => SamplingLoop.Run(
        new(model ?? new OddModel((x, l) => new(PredictionKind.Data, x * 0.5, x, l)), new SigmaSchedule(), Levels, solver),
        ones([5, 2], dtype: ScalarType.Float64),
        new PhiloxNoiseSource(new NoiseKey(0, 0), 0, 4),
        cancellationToken: TestContext.Current.CancellationToken);

    private static void Train(ILoss loss, ITrainableScoreModel model) => Trainer.Train(
        new()
        {
            Model = model,
            Loss = loss,
            Schedule = new SigmaSchedule(),
            TimeSampler = new UniformTime(),
            Data = ones([16, 2], dtype: ScalarType.Float64),
            Settings = new TrainingSettings { Steps = 2, BatchSize = 8, Ema = 0 },
            Dtype = ScalarType.Float64,
        },
        cancellationToken: TestContext.Current.CancellationToken);

    [Component(ComponentKind.Solver, "odd", "A solver that does what a test says")]
    private sealed class OddSolver(Func<SolverStep, IDenoiser, Tensor> step, int historyLength = 0) : ISolver
    {
        public SolverTraits Traits { get; } = new() { Order = 1, HistoryLength = historyLength };

        public Tensor Step(in SolverStep context, IDenoiser denoiser) => step(context, denoiser);
    }

    [Component(ComponentKind.ScoreModel, "odd", "A model that answers as a test says")]
    private sealed class OddModel(Func<Tensor, NoiseLevels, Prediction?> answer) : IScoreModel
    {
        public Prediction Predict(Tensor x, NoiseLevels levels) => answer(x, levels)!;
    }

    [Component(ComponentKind.Loss, "odd", "A loss that ends as a test says")]
    private sealed class OddLoss(Func<Tensor, Tensor> end) : ILoss
    {
        public ResidualForm Residual => ResidualForm.Noise;

        public Tensor Evaluate(IScoreModel model, LossBatch batch) =>
            end((model.Predict(batch.NoisyData(), batch.Levels).Epsilon - batch.Noise).square().mean([1]));
    }

    [Component(ComponentKind.Data, "odd", "Data of a test")]
    private sealed class OddSource : IDataSource
    {
        public DataSet Load() => throw new NotSupportedException();
    }

    private sealed class LearningModel(Func<Tensor, Tensor> end) : ITrainableScoreModel
    {
        public nn.Module Network => Layer;

        private TorchSharp.Modules.Linear Layer { get; } = nn.Linear(2, 2);

        public Prediction Predict(Tensor x, NoiseLevels levels) => new(PredictionKind.Noise, end(Layer.call(x)), x, levels);
    }

    private sealed class UniformTime : ITimeSampler
    {
        public double Time(double u, NoiseSchedule schedule) => schedule.MinimumTime + (u * (schedule.Horizon - schedule.MinimumTime));
    }

    private sealed class SigmaSchedule : NoiseSchedule
    {
        public override double Horizon => 4;

        public override double MinimumTime => 0.01;

        public override NoiseLevel At(double t) => new(t, 1, t);

        public override double Drift(double t) => 0;

        public override double DiffusionSquared(double t) => 2 * t;

        public override double TimeAt(double halfLogSnr) => Math.Exp(-halfLogSnr);
    }
}
