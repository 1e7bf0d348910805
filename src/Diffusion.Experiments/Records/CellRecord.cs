using System.Text.Json.Serialization;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Records;

/// <summary>What is known of one cell when it has ended. The truth of a sweep: tables, trackers and reports are projections of it.</summary>
public sealed record CellRecord
{
    /// <summary>The first digits of <see cref="Key"/>.</summary>
    public required CellId Id { get; init; }

    /// <summary>SHA-256 of the cell's whole configuration: the same key, the same numbers.</summary>
    public required StageKey Key { get; init; }

    /// <summary>Which repeat, from 0; where several networks are trained, which time its network is sampled.</summary>
    public required int Repeat { get; init; }

    /// <summary>Which of the trained networks it sampled from, from 0; 0 where there is one or none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int TrainingRepeat { get; init; }

    /// <summary>Both numbers: what tells it from the other repeats at its place of the sweep.</summary>
    [JsonIgnore]
    public RepeatNumber Number => new(TrainingRepeat, Repeat);

    /// <summary>Axis path → label of the value.</summary>
    public required IReadOnlyDictionary<string, string> Axes { get; init; }

    /// <summary>The other places of the sweep that come to the same work; null where there are none.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>>? AlsoAt { get; init; }

    /// <summary>How it ended.</summary>
    public required CellStatus Status { get; init; }

    /// <summary>Solver steps.</summary>
    public required int Steps { get; init; }

    /// <summary>
    /// NFE: denoiser calls a sample cost, counted; the mean over samples where an adaptive method gave each its own steps. Null when the cell
    /// did not finish.
    /// </summary>
    public double? Evaluations { get; init; }

    /// <summary>The orders that its solver declares; null in records that are older than them, and when the cell did not finish.</summary>
    public DeclaredOrders? Orders { get; init; }

    /// <summary>What was measured: finite numbers alone.</summary>
    public IReadOnlyList<MetricValue> Metrics { get; init; } = [];

    /// <summary>Metrics without values, each with its reason.</summary>
    public IReadOnlyList<UnmeasuredMetric> Unmeasured { get; init; } = [];

    /// <summary>
    /// What an exact sampler would score in its place, with as many samples and the same reference rows; empty where the data's distribution is unknown, and in
    /// records that are older than it.
    /// </summary>
    public IReadOnlyList<MetricValue> Exact { get; init; } = [];

    /// <summary>The states on its sampler's way that were measured, and the levels at which they stand; null where none was.</summary>
    public IReadOnlyList<KeptState>? Kept { get; init; }

    /// <summary>Whether its repeat drew reference rows of its own.</summary>
    public ReferenceDraw Reference { get; init; }

    /// <summary>Key of the trained model it sampled from; null for a model in closed form.</summary>
    public StageKey? Model { get; init; }

    /// <summary>The curves and fields of its study; null where a solver drew samples.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<StudyFile>? Study { get; init; }

    /// <summary>Samples in the data's own units, relative to the run's folder; null when there are none.</summary>
    public string? Samples { get; init; }

    /// <summary>Largest magnitude of the state by step, in units of its distribution's own scale; thinned.</summary>
    public IReadOnlyList<TracePoint> Trace { get; init; } = [];

    /// <summary>Why it failed or where it diverged.</summary>
    public string? Error { get; init; }

    /// <summary>What kind of failure it was, where it failed.</summary>
    public TaskFailureKind? Failure { get; init; }

    /// <summary>A file that says more about the failure, relative to the run's folder.</summary>
    public string? Log { get; init; }

    /// <summary>The assemblies it was computed with: name → the first digits of its build's own identity, which changes whenever code does.</summary>
    public IReadOnlyDictionary<string, string> Builds { get; init; } = new Dictionary<string, string>();

    /// <summary>The run that computed it, relative to the results folder, where this one took it over.</summary>
    public string? From { get; init; }

    /// <summary>When it began (UTC).</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Wall time of sampling alone, seconds; after a few steps that were not timed, where the process had not sampled so before.</summary>
    public double SamplingSeconds { get; init; }

    /// <summary>
    /// Processor time of all threads of the process while it sampled, seconds; null where other cells ran in the process meanwhile, and in records that are
    /// older than it.
    /// </summary>
    public double? SamplingCpuSeconds { get; init; }

    /// <summary>
    /// Wall time of sampling within the model's calls, seconds; the rest of <see cref="SamplingSeconds"/> is that of method and loop. Null on devices whose
    /// calls return before they are carried out, and in records that are older than it.
    /// </summary>
    public double? ModelSeconds { get; init; }

    /// <summary>
    /// The highest resident memory of the process while it sampled, bytes: program, libraries, data and model included. Null where other cells ran in the
    /// process meanwhile, where the system does not tell it, and in records that are older than it.
    /// </summary>
    public long? PeakMemoryBytes { get; init; }

    /// <summary>Wall time in all, seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>The record at every place of the sweep at which its cell stands.</summary>
    internal IEnumerable<CellRecord> AtPlaces => AlsoAt is null ? [this] : AlsoAt.Prepend(Axes).Select(place => this with { Axes = place, AlsoAt = null });

    /// <summary>The same record, where its cell stands in a plan: the same cells may lie on other axes than when they ran.</summary>
    internal CellRecord Placed(ExperimentCell cell) => this with { Axes = cell.AxisValues, AlsoAt = cell.AlsoAt };

    /// <summary>The same record, its values holding one copy of what many cells' values say of their metrics.</summary>
    internal CellRecord WithSharedSources() => this with
    {
        Metrics = [.. Metrics.Select(value => value.WithSharedSource())],
        Exact = [.. Exact.Select(value => value.WithSharedSource())],
    };

    /// <summary>The record of a cell that begins.</summary>
    internal static CellRecord Begin(ExperimentCell cell, DateTimeOffset started) => new()
    {
        Id = cell.Id,
        Key = cell.Key,
        Repeat = cell.Repeat,
        TrainingRepeat = cell.Number.Training,
        Axes = cell.AxisValues,
        AlsoAt = cell.AlsoAt,
        Status = CellStatus.Done,
        Steps = cell.Experiment.Steps,
        Model = cell.TrainingKey,
        Started = started,
    };
}
