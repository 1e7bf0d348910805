namespace Diffusion.Benchmarks.Workloads;

/// <summary>Something to time, in steps of one kind.</summary>
internal abstract class Workload : IDisposable
{
    /// <summary>Its name, the same in <c>peers/peer.py</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Samples a step.</summary>
    public abstract int Batch { get; }

    /// <summary>What the floor is.</summary>
    public abstract string FloorMeans { get; }

    /// <summary>Highest ratio to PyTorch's time that the project aims at.</summary>
    public abstract double Aim { get; }

    /// <summary>All workloads.</summary>
    public static IEnumerable<Workload> All()
    {
        foreach (int batch in new[] { 64, 256 })
            yield return new MlpSampling(batch);
        foreach (int batch in new[] { 64, 256 })
            yield return new MlpTraining(batch);
        foreach (int batch in new[] { 512, 65536 })
            yield return new MixtureSampling(batch);
    }

    /// <summary>Does the steps as the engine does them.</summary>
    public abstract void Run(int steps);

    /// <summary>Does only the part of the steps that no engine can save.</summary>
    public abstract void RunFloor(int steps);

    /// <inheritdoc/>
    public abstract void Dispose();
}
