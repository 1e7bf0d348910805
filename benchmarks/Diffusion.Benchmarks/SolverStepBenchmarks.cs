using BenchmarkDotNet.Attributes;
using Diffusion.Benchmarks.Workloads;

using static TorchSharp.torch;

namespace Diffusion.Benchmarks;

/// <summary>Cost of one solver step through the engine's loop.</summary>
[MemoryDiagnoser]
public class SolverStepBenchmarks
{
    private const int Steps = 200;

    private Workload _workload = null!;

    /// <summary>Which model and batch.</summary>
    [ParamsSource(nameof(Cases))]
    public (string Name, int Batch) Case { get; set; }

    /// <summary>Threads of libtorch and of the fused kernel.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>The sampling workloads.</summary>
    public static IEnumerable<(string Name, int Batch)> Cases => Workload.All.Where(workload => workload.Name.EndsWith("-sampling", StringComparison.Ordinal));

    /// <summary>Builds the model.</summary>
    [GlobalSetup]
    public void Setup()
    {
        set_num_threads(Threads);
        _workload = Workload.Create(Case.Name, Case.Batch);
    }

    /// <summary>Frees it.</summary>
    [GlobalCleanup]
    public void Cleanup() => _workload.Dispose();

    /// <summary>One of 200 steps of Euler's method.</summary>
    [Benchmark(OperationsPerInvoke = Steps)]
    public void Step() => _workload.Run(Steps);
}
