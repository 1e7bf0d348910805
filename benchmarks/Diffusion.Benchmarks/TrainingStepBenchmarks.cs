using BenchmarkDotNet.Attributes;
using Diffusion.Benchmarks.Workloads;

using static TorchSharp.torch;

namespace Diffusion.Benchmarks;

/// <summary>Cost of one training step through the engine's trainer.</summary>
[MemoryDiagnoser]
public class TrainingStepBenchmarks
{
    private const int Steps = 200;

    private Workload _workload = null!;

    /// <summary>Rows a step.</summary>
    [Params(64, 256)]
    public int Batch { get; set; }

    /// <summary>Threads of libtorch.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Draws the data.</summary>
    [GlobalSetup]
    public void Setup()
    {
        set_num_threads(Threads);
        _workload = Workload.Create("mlp-training", Batch);
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Cleanup() => _workload.Dispose();

    /// <summary>One of 200 steps.</summary>
    [Benchmark(OperationsPerInvoke = Steps)]
    public void Step() => _workload.Run(Steps);
}
