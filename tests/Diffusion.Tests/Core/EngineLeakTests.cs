using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using Diffusion.Core.Training;
using Diffusion.Losses;
using Diffusion.Schedules;
using Diffusion.ScoreModels;
using Diffusion.Solvers;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Core;

/// <summary>The engine's own loops, with history, noise, clipping and averaging, hold no more tensors and memory after long work.</summary>
[Collection(GlobalTorchState.Name)]
[Trait("Category", "Slow")]
public sealed class EngineLeakTests
{
    // Well above what the allocators keep back, far below what one leaked tensor a step would take.
    private const long AllowedGrowth = 60L * 1024 * 1024;
    private static readonly DataDescription Plane = new() { Name = "plane", Shape = [2] };

    [Fact]
    public void A_hundred_thousand_solver_steps_keep_memory_flat()
    {
        var schedule = new VarianceExplodingSchedule(new());
        NoiseLevel[] levels = [.. Enumerable.Range(0, 1001).Select(i => schedule.At(schedule.Horizon * (1 - (i / 1000.0))))];
        var mixture = new GaussianMixture([GaussianComponent.Isotropic(1, [1, 0], 0.5), GaussianComponent.Isotropic(2, [-1, 0.5], 0.3)]);
        var model = new GaussianMixtureScoreModel(new(), Plane with { Mixture = mixture });
        ISolver[] solvers = [new DpmPlusPlus2MSolver(new()), new EulerMaruyamaSolver(new())];

        AssertFlat(50, round =>
        {
            foreach (ISolver solver in solvers)
            {
                var run = new SamplingRun
                {
                    Problem = new SamplingProblem(model, schedule, levels, solver),
                    Samples = 8,
                    Shape = Plane.Shape,
                    Noise = new NoiseKey(1, round),
                };
                run.Execute(TestContext.Current.CancellationToken).State.Dispose();
            }
        });
    }

    [Fact]
    public void Ten_thousand_training_steps_keep_memory_flat()
    {
        using Tensor data = randn(100, 2, dtype: ScalarType.Float64);
        // One model for all rounds: TorchSharp counts each parameter that is created as one tensor too many for ever.
        using var model = new MlpScoreModel(new() { Width = 16, Layers = 2 }, Plane);
        AssertFlat(10, round =>
            Trainer.Train(
                new TrainingTask
                {
                    Model = model,
                    Loss = new DenoisingScoreMatchingLoss(),
                    Schedule = new VarianceExplodingSchedule(new()),
                    TimeSampler = new UniformTimeSampler(),
                    Data = data,
                    Settings = new TrainingSettings { Steps = 1000, BatchSize = 32, Seed = round },
                },
                cancellationToken: TestContext.Current.CancellationToken));
    }

    private static void AssertFlat(int rounds, Action<int> work)
    {
        work(0);
        (long tensors, long memory) = Now();
        for (int round = 1; round < rounds; round++)
            work(round);
        (long tensorsAfter, long memoryAfter) = Now();
        Assert.True(tensorsAfter <= tensors, $"{tensorsAfter - tensors} tensors were left");
        Assert.True(memoryAfter - memory < AllowedGrowth, $"memory grew by {(memoryAfter - memory) / 1024 / 1024} MiB");
    }

    private static (long Tensors, long Memory) Now()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return (Tensor.TotalCount, Environment.WorkingSet);
    }
}
