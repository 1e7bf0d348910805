using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Records;

/// <summary><c>samples/&lt;id&gt;.json</c>: what is known of samples beside the samples. Cells that differ only in their metrics share them.</summary>
public sealed record SampleRecord
{
    /// <summary>SHA-256 of everything that the samples depend on.</summary>
    public required StageKey Key { get; init; }

    /// <summary>SHA-256 of the samples' file, lower-case hex.</summary>
    public required string Digest { get; init; }

    /// <summary>NFE: denoiser calls a sample cost, the mean over samples.</summary>
    public required double Evaluations { get; init; }

    /// <summary>Largest magnitude of the state by step, in units of its distribution's own scale; thinned.</summary>
    public required IReadOnlyList<TracePoint> Trace { get; init; }

    /// <summary>The states on the way that are stored, in the order in which the states' file has them; null where nothing is kept.</summary>
    public IReadOnlyList<KeptState>? Kept { get; init; }

    /// <summary>SHA-256 of the states' file, lower-case hex; null where there is none.</summary>
    public string? StatesDigest { get; init; }

    /// <summary>Wall time of sampling, seconds.</summary>
    public required double Seconds { get; init; }

    /// <inheritdoc cref="CellRecord.SamplingCpuSeconds"/>
    public double? CpuSeconds { get; init; }

    /// <inheritdoc cref="CellRecord.ModelSeconds"/>
    public double? ModelSeconds { get; init; }

    /// <inheritdoc cref="CellRecord.PeakMemoryBytes"/>
    public long? PeakMemoryBytes { get; init; }
}
