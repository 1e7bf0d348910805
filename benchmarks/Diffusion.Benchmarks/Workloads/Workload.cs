namespace Diffusion.Benchmarks.Workloads;

/// <summary>Something to time, in steps of one kind. Names are those of <c>peers/peer.py</c>.</summary>
internal abstract class Workload : IDisposable
{
    /// <summary>What the floor is.</summary>
    public abstract string FloorMeans { get; }

    /// <summary>Name and batch of all workloads.</summary>
    public static IReadOnlyList<(string Name, int Batch)> All { get; } =
    [
        ("mlp-sampling", 64), ("mlp-sampling", 256), ("mlp-training", 64), ("mlp-training", 256), ("mixture-sampling", 512), ("mixture-sampling", 65536),
    ];

    /// <summary>Makes a workload ready to run.</summary>
    public static Workload Create(string name, int batch) => name switch
    {
        "mlp-sampling" => new MlpSampling(batch),
        "mlp-training" => new MlpTraining(batch),
        "mixture-sampling" => new MixtureSampling(batch),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such workload."),
    };

    /// <summary>Does the steps as the engine does them.</summary>
    public abstract void Run(int steps);

    /// <summary>Does the steps as a careful user does them with TorchSharp alone.</summary>
    public abstract void RunPlain(int steps);

    /// <summary>Does only the part of the steps that no engine can save.</summary>
    public abstract void RunFloor(int steps);

    /// <inheritdoc/>
    public abstract void Dispose();
}
