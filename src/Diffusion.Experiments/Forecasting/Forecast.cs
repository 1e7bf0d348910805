namespace Diffusion.Experiments.Forecasting;

/// <summary>What carrying out a work plan will probably cost. What nobody can know is null, and <see cref="Gaps"/> says why.</summary>
public sealed record Forecast
{
    /// <summary>Denoiser evaluations that sampling will take: evaluations a sample × samples, over all cells that run and whose count is known.</summary>
    public required double Evaluations { get; init; }

    /// <summary>The part of <see cref="Evaluations"/> that adaptive methods took when they last ran, rather than what a method declares.</summary>
    public required double EvaluationsOfAdaptive { get; init; }

    /// <summary>Cells that run with an adaptive method, which decides in the run how much it evaluates.</summary>
    public required int AdaptiveCells { get; init; }

    /// <summary>Cells that run and of which nobody can know how much they evaluate: adaptive methods that have not run before.</summary>
    public required int UnknownCells { get; init; }

    /// <summary>Workers that times are divided by.</summary>
    public required int Workers { get; init; }

    /// <summary>Wall time until the workers are at work, seconds; null when nothing runs.</summary>
    public required double? StartingSeconds { get; init; }

    /// <summary>Wall time of training, seconds.</summary>
    public required double? TrainingSeconds { get; init; }

    /// <summary>Wall time of sampling, seconds, without the cells of <see cref="UnknownCells"/>.</summary>
    public required double? SamplingSeconds { get; init; }

    /// <summary>Wall time of measuring and recording, seconds.</summary>
    public required double? MeasuringSeconds { get; init; }

    /// <summary>
    /// Time that all processes spend together, seconds: the processor time, where each worker has one thread and no other device. Null when no part of it is
    /// known.
    /// </summary>
    public required double? WorkSeconds { get; init; }

    /// <summary>Where the times come from: "timed just now", "from first-light/20260102-030405".</summary>
    public required IReadOnlyList<string> Basis { get; init; }

    /// <summary>What the times leave out, and why; empty when they are whole.</summary>
    public required IReadOnlyList<string> Gaps { get; init; }

    /// <summary>Bytes of samples to be written or copied.</summary>
    public required long SampleBytes { get; init; }

    /// <summary>Bytes of records, tables and pictures.</summary>
    public required long RecordBytes { get; init; }

    /// <summary>Bytes of models to be trained.</summary>
    public required long ModelBytes { get; init; }

    /// <summary>Bytes that a local tracking store takes; 0 when nothing is tracked.</summary>
    public required long TrackingBytes { get; init; }

    /// <summary>Wall time in all, seconds; null when no part of it is known.</summary>
    public double? Seconds => TrainingSeconds is null && SamplingSeconds is null && MeasuringSeconds is null
        ? null
        : (StartingSeconds ?? 0) + (TrainingSeconds ?? 0) + (SamplingSeconds ?? 0) + (MeasuringSeconds ?? 0);

    /// <summary>Disk space in all, bytes.</summary>
    public long Bytes => SampleBytes + RecordBytes + ModelBytes + TrackingBytes;
}
