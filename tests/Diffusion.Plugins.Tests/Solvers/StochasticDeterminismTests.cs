using Diffusion.Core.Sampling;
using Diffusion.Solvers;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Solvers;

/// <summary>Every number of a sample is a function of seed, repeat and the sample's number, whoever computes it with whom.</summary>
public sealed class StochasticDeterminismTests
{
    private const int Samples = 1100;

    public static TheoryData<string> All => [.. Methods.Keys];

    private static IReadOnlyDictionary<string, ISolver> Methods { get; } = new Dictionary<string, ISolver>(StochasticMethods.All)
    {
        ["langevin"] = new LangevinSolver(new() { Steps = 2 }),
        ["annealed-langevin"] = new AnnealedLangevinSolver(new() { Steps = 2, StepSize = 0.01 }),
        ["predictor-corrector"] = new PredictorCorrectorSolver(new()),
    };

    [Theory]
    [MemberData(nameof(All))]
    public void A_sample_is_the_same_to_the_bit_in_every_batch_and_on_every_thread(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        NoiseSchedule schedule = ExactProcesses.VariancePreserving;
        var run = new SamplingRun
        {
            Problem = new(
                new ExactMixtureDenoiser(ExactProblems.Plane, PredictionKind.Noise), schedule, ExactGrids.ToClean(ExactGrids.LogSnr(schedule, 3)),
                Methods[name]),
            Samples = Samples,
            Shape = [2],
            Noise = new(3, 1),
            Dtype = ScalarType.Float64,
        };
        double[] whole = Execute(run);
        foreach (int size in new[] { 64, 1024 })
            Assert.Equal(whole, Execute(run with { BatchSize = size }));
        foreach (int size in new[] { 1, 7 })
            Assert.Equal(whole[..80], Execute(run with { BatchSize = size, Samples = 40 }));

        double[][] parallel = new double[4][];
        Parallel.For(0, parallel.Length, i => parallel[i] = Execute(run with { BatchSize = 100 + i }));
        Assert.All(parallel, values => Assert.Equal(whole, values));
    }

    private static double[] Execute(SamplingRun run)
    {
        using DisposeScope scope = NewDisposeScope();
        return run.Execute().State.data<double>().ToArray();
    }
}
