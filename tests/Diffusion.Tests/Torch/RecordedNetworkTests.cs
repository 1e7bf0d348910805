using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using Diffusion.Core.Training;
using Diffusion.Grids;
using Diffusion.Losses;
using Diffusion.Natives;
using Diffusion.Numerics;
using Diffusion.Schedules;
using Diffusion.ScoreModels;
using Diffusion.Solvers;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Torch;

/// <summary>A small network against recorded numbers, and the same numbers whatever the number of threads.</summary>
[Collection(GlobalTorchState.Name)]
public sealed class RecordedNetworkTests : IDisposable
{
    // Another libtorch or another processor rounds sums of float32 in another order.
    private const double Tolerance = 2e-6;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly int _threads = get_num_threads();

    public void Dispose()
    {
        set_num_threads(_threads);
        _scope.Dispose();
    }

    [Fact]
    public void Outputs_are_those_that_were_recorded()
    {
        using MlpScoreModel model = Model();
        using IDisposable withoutGradient = no_grad();
        Tensor x = Points(3);
        double[] found =
        [
            .. HostNumbers.ToArray(model.Predict(x, new NoiseLevel(0.3, 0.9, 0.3)).Epsilon),
            .. HostNumbers.ToArray(model.Predict(x, new NoiseLevel(1, 1, 20)).X0),
            .. HostNumbers.ToArray(model.Predict(x, NoiseLevels.PerSample([new(0, 1, 0.02), new(0.3, 0.9, 0.3), new(1, 1, 20)])).V),
        ];

        // By the formulas in float64 with nothing but Python's own numbers.
        Holds(
            [
                0.0963673327, -0.546016403, -0.435237308, 0.179550007, -0.864464806, 0.0124217156,
                0.403898301, 0.235816053, 0.401962469, 0.240325988, 0.398909622, 0.23887118,
                -0.394078226, -0.24375036, -0.379161045, -0.228312543, -8.07125118, -4.75311931,
            ],
            found);
    }

    [Fact]
    public void Losses_of_training_steps_are_those_that_were_recorded()
    {
        using MlpScoreModel model = Model();
        TrainingOutcome outcome = Train(model, steps: 2, batch: 16);
        Holds([0.227700174, 0.377297461], [.. outcome.Curve.Select(point => point.Loss)]);
    }

    // libtorch does not promise it for every size; it holds for networks and batches of this project's size.
    [Fact]
    public void Training_and_sampling_do_not_depend_on_the_number_of_threads()
    {
        (double[] Weights, double[] Samples)[] runs = [.. new[] { 1, 2 }.Select(threads =>
        {
            set_num_threads(threads);
            using MlpScoreModel model = Model(width: 128);
            Train(model, steps: 3, batch: 256);
            return (model.Network.parameters().SelectMany(HostNumbers.ToArray).ToArray(), Sample(model));
        })];
        Assert.Equal(runs[0].Weights, runs[1].Weights);
        Assert.Equal(runs[0].Samples, runs[1].Samples);
    }

    [Fact]
    public void The_library_is_loaded_with_one_thread_unless_another_number_is_asked_for()
    {
        set_num_threads(2);
        TorchNatives.Load();
        Assert.Equal(1, get_num_threads());
        TorchNatives.Load(2);
        Assert.Equal(2, get_num_threads());
    }

    private static void Holds(double[] recorded, double[] found)
    {
        Assert.Equal(recorded.Length, found.Length);
        Assert.All(recorded.Zip(found), pair => Assert.Equal(pair.First, pair.Second, Tolerance * Math.Max(1, Math.Abs(pair.First))));
    }

    /// <summary>Weights that no generator draws: sin of their place, scaled as linear layers are.</summary>
    private static MlpScoreModel Model(int width = 16)
    {
        var model = new MlpScoreModel(new MlpOptions { Width = width, Layers = 2, Frequencies = 4 }, new DataDescription { Name = "plane", Shape = [2] });
        using IDisposable withoutGradient = no_grad();
        int place = 0;
        foreach (TorchSharp.Modules.Parameter parameter in model.Network.parameters())
        {
            double scale = 1 / Math.Sqrt(parameter.shape[^1]);
            parameter.copy_(HostNumbers.ToTensor([.. Enumerable.Range(place, (int)parameter.numel()).Select(i => scale * Math.Sin(1.7 * (i + 1)))], parameter));
            place += (int)parameter.numel();
        }

        return model;
    }

    private static Tensor Points(int count) =>
        tensor([.. Enumerable.Range(0, 2 * count).Select(i => (float)(1.5 * Math.Cos(2.3 * i)))], [count, 2]);

    private static TrainingOutcome Train(MlpScoreModel model, int steps, int batch) => Trainer.Train(
        new TrainingTask
        {
            Model = model,
            Loss = new DenoisingScoreMatchingLoss(),
            Schedule = new VarianceExplodingSchedule(new VarianceExplodingOptions { SigmaMin = 0.01, SigmaMax = 80 }),
            TimeSampler = new UniformTimeSampler(),
            Data = Points(64).to(ScalarType.Float64),
            Settings = new TrainingSettings { Steps = steps, BatchSize = batch, LearningRate = 0.01, Seed = 5 },
        },
        cancellationToken: TestContext.Current.CancellationToken);

    private static double[] Sample(MlpScoreModel model)
    {
        var schedule = new EdmSchedule(new EdmOptions());
        var problem = new SamplingProblem(model, schedule, new KarrasGrid(new KarrasGridOptions()).Levels(schedule, 8), new HeunSolver(new HeunOptions()));
        return HostNumbers.ToArray(
            new SamplingRun { Problem = problem, Samples = 700, Shape = [2], Noise = new NoiseKey(
                1, 0), BatchSize = 512 }.Execute(TestContext.Current.CancellationToken).State);
    }
}
