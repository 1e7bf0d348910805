using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using Diffusion.Core.Training;
using Diffusion.Losses;
using Diffusion.Schedules;
using Diffusion.ScoreModels;
using Diffusion.ScoreModels.Preconditioning;
using Diffusion.Solvers;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.ScoreModels;

[Collection(GlobalTorchState.Name)]
public sealed class TrainedAcrossSchedulesTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(NetworkOutput.Edm)]
    [InlineData(NetworkOutput.Velocity)]
    [InlineData(NetworkOutput.Score)]
    [InlineData(null)]
    public void What_was_trained_under_one_schedule_samples_alike_under_every_other(NetworkOutput? output)
    {
        using var generator = new Generator(1);
        Tensor data = (randn([500, 2], dtype: ScalarType.Float64, generator: generator) * tensor(new[] { 0.3, 1.2 })) + tensor(new[] { 1.0, -0.5 });
        var description = new DataDescription { Name = "rows", Shape = [2] };
        manual_seed(1);
        ITrainableScoreModel model = output is { } chosen
            ? new MlpScoreModel(new() { Width = 32, Layers = 2, Parameterization = chosen }, description)
            : new EnergyMlpScoreModel(new() { Width = 32, Layers = 2 }, description);
        Trainer.Train(
            new TrainingTask
            {
                Model = model,
                Loss = new NoisePredictionLoss(),
                Schedule = new VarianceExplodingSchedule(new() { SigmaMin = 0.01, SigmaMax = 50 }),
                TimeSampler = new UniformTimeSampler(),
                Data = data,
                Settings = new TrainingSettings { Steps = 400, BatchSize = 128, LearningRate = 5e-3, Ema = 0.98 },
                Dtype = ScalarType.Float64,
            },
            cancellationToken: TestContext.Current.CancellationToken);

        // The same noise to signal ratios under each schedule: DDIM's steps are the same ones there, seen at another scale.
        NoiseSchedule[] schedules =
            [new EdmSchedule(new()), new VariancePreservingSchedule(new()), new RectifiedFlowSchedule(new()), new TrigonometricSchedule(new())];
        Tensor start = randn([256, 2], dtype: ScalarType.Float64, generator: generator) * 20;
        Tensor[] samples = [.. schedules.Select(schedule => Sample(model, schedule, start))];
        foreach (Tensor other in samples.Skip(1))
            Assert.True(samples[0].allclose(other, 1e-8, 1e-8), $"{(samples[0] - other).abs().max().ToDouble():e2}");

        // And it has learnt: moments of the data to a few tenths of a deviation.
        Assert.True((samples[0].mean([0]) - data.mean([0])).abs().max().ToDouble() < 0.3);
        Assert.True((samples[0].std(dim: 0) / data.std(dim: 0)).log().abs().max().ToDouble() < 0.3);
    }

    private static Tensor Sample(IScoreModel model, NoiseSchedule schedule, Tensor start)
    {
        NoiseLevel[] levels = [.. Enumerable.Range(0, 31).Select(i => schedule.AtHalfLogSnr(-Math.Log(20) + (i * Math.Log(20 / 0.02) / 30))), NoiseLevel.Clean];
        var problem = new SamplingProblem(model, schedule, levels, new DdimSolver(new()));
        var noise = new PhiloxNoiseSource(new NoiseKey(1, 0), 0, schedule.Horizon);
        return SamplingLoop.Run(problem, start * levels[0].Alpha, noise).State;
    }
}
