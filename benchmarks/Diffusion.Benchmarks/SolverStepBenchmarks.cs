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
    [ParamsSource(nameof(Names))]
    public string Model { get; set; } = "";

    /// <summary>Threads of libtorch and of the fused kernel.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>The sampling workloads.</summary>
    public static IEnumerable<string> Names => Workloads.Keys;

    private static Dictionary<string, Func<Workload>> Workloads { get; } = new()
    {
        ["mlp 3x128, batch 64"] = () => new MlpSampling(64),
        ["mlp 3x128, batch 256"] = () => new MlpSampling(256),
        ["mixture of 25, batch 512"] = () => new MixtureSampling(512),
        ["mixture of 25, batch 65536"] = () => new MixtureSampling(65536),
    };

    /// <summary>Builds the model.</summary>
    [GlobalSetup]
    public void Setup()
    {
        set_num_threads(Threads);
        _workload = Workloads[Model]();
    }

    /// <summary>Frees it.</summary>
    [GlobalCleanup]
    public void Cleanup() => _workload.Dispose();

    /// <summary>One of 200 steps of Euler's method.</summary>
    [Benchmark(OperationsPerInvoke = Steps)]
    public void Step() => _workload.Run(Steps);
}
