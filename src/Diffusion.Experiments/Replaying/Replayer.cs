using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Experiments.Statistics;
using Diffusion.Experiments.Storage;
using Diffusion.Experiments.Working;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Replaying;

/// <summary>Computes cells of a run again, from its frozen plan and in a folder of its own, and compares with what the run has recorded.</summary>
/// <param name="folder">The run. It is only read.</param>
/// <param name="plan">Its plan, bound to the components installed.</param>
/// <param name="factory">Builds components.</param>
public sealed class Replayer(RunFolder folder, ExperimentPlan plan, ComponentFactory factory)
{
    private readonly PlanData _data = new(factory);
    private readonly TrainedModelStore _store = new(folder.Results);

    /// <summary>Which cells a selection means.</summary>
    /// <exception cref="InputException">It means none.</exception>
    public IReadOnlyList<(ExperimentCell Cell, CellRecord Record)> Select(ReplaySelection selection)
    {
        CellSelection filter = CellSelection.Read(selection.Only, plan);
        HashSet<CellId> recorded = folder.RecordedCells();
        IReadOnlyList<(ExperimentCell, CellRecord)> cells = selection.Choose(plan.Cells
            .Where(cell => recorded.Contains(cell.Id) && filter.Contains(cell))
            .Select(cell => (Cell: cell, Record: RecordJson.Find<CellRecord>(folder.CellFile(cell.Id))))
            .Where(cell => cell.Record?.Key == cell.Cell.Key)
            .Select(cell => (cell.Cell, cell.Record!)));
        return cells.Count > 0 ? cells : throw new InputException($"{folder.Label} has no record of such a cell");
    }

    /// <summary>Computes cells again.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="trains">Whether models are trained anew, to compare their weights and sample from them. Those that the store has not are in any
    /// case.</param>
    /// <param name="workers">How many cells at the same time.</param>
    /// <param name="trained">Told of each model, before any cell that needs it.</param>
    /// <param name="replayed">Told of each cell, one at a time, in the order in which they end.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="IOException">There is no room for temporary files.</exception>
    public void Replay(
        IReadOnlyList<(ExperimentCell Cell, CellRecord Record)> cells, bool trains, int workers, Action<ReplayedModel> trained, Action<ReplayedCell> replayed,
        CancellationToken cancellationToken)
    {
        string results = Directory.CreateTempSubdirectory("diffusion-replay-").FullName;
        try
        {
            RunFolder again = RunFolder.Create(results, plan.Name, TimeProvider.System.GetUtcNow());
            Dictionary<CellId, ExperimentCell> byId = cells.ToDictionary(cell => cell.Cell.Id, cell => cell.Cell);
            Dictionary<TaskId, ExperimentCell> byTraining = cells
                .Where(cell => cell.Cell.TrainingTask is not null && cell.Record.Status != CellStatus.NotApplicable)
                .Select(cell => cell.Cell).DistinctBy(cell => cell.TrainingTask).ToDictionary(cell => cell.TrainingTask!);
            TaskRunner tasks = new(again, id => byId[id], task => byTraining[task], factory, TimeProvider.System, NullLogger<TaskRunner>.Instance);
            foreach (ExperimentCell needed in byTraining.Values)
                trained(Prepare(needed, again, tasks, trains, cancellationToken));

            Applicability applicability = new(factory, _data);
            Lock one = new();
            Parallel.ForEach(cells, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken }, wanted =>
            {
                CellRecord after;
                if (wanted.Record.Status == CellStatus.NotApplicable)
                {
                    lock (one)
                        after = applicability.Objections([wanted.Cell]).TryGetValue(wanted.Cell.Id, out string? objection)
                            ? wanted.Record with { Error = objection }
                            : wanted.Record with { Status = CellStatus.Done, Error = null };
                }
                else
                {
                    tasks.Run(wanted.Cell.Task, _ => { }, cancellationToken);
                    after = RecordJson.Read<CellRecord>(again.CellFile(wanted.Cell.Id));
                }

                lock (one)
                    replayed(new(wanted.Cell, wanted.Record, after, [.. Compare(wanted.Cell, wanted.Record, after, again)]));
            });
        }
        finally
        {
            Directory.Delete(results, recursive: true);
        }
    }

    private ReplayedModel Prepare(ExperimentCell needed, RunFolder again, TaskRunner tasks, bool trains, CancellationToken cancellationToken)
    {
        StageKey key = needed.TrainingKey!;
        TrainedModelRecord? before = _store.Find(key);
        TrainedModelStore store = new(again.Results);
        if (before is not null && !trains)
        {
            Directory.CreateDirectory(store.FolderOf(key));
            foreach (string file in Directory.EnumerateFiles(_store.FolderOf(key)))
                File.Copy(file, Path.Combine(store.FolderOf(key), Path.GetFileName(file)));
            return new(needed, false, before.WeightsDigest, null);
        }

        tasks.Run(needed.TrainingTask!, _ => { }, cancellationToken);
        string? digest = store.Find(key)?.WeightsDigest;
        return new(needed, true, before?.WeightsDigest, before is null || before.WeightsDigest == digest ? null : CompareWeights(needed, store, digest));
    }

    private Deviation CompareWeights(ExperimentCell needed, TrainedModelStore now, string? digest)
    {
        if (digest is null)
            return new("weights", "trained", "could not be trained", null, null, Agreement.Different);
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> old = SafetensorsFile.Read(_store.WeightsOf(needed.TrainingKey!)),
            fresh = SafetensorsFile.Read(now.WeightsOf(needed.TrainingKey!));
        return Deviation.Between("weights", Flat(old), Flat(fresh), RoundingTolerance.ForType(needed.Experiment.Dtype));

        static Tensor Flat(Dictionary<string, Tensor> tensors) =>
            cat([.. tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal).Select(tensor => tensor.Value.to(ScalarType.Float64).flatten())]);
    }

    private IEnumerable<Deviation> Compare(ExperimentCell cell, CellRecord before, CellRecord after, RunFolder again)
    {
        double tolerance = RoundingTolerance.ForType(cell.Experiment.Dtype);
        var labels = MetricLabels.ForRecords([before, after]);
        Deviation?[] deviations =
        [
            Deviation.Between("status", $"{before.Status}", $"{after.Status}"),
            Deviation.Between("error", before.Error, after.Error),
            .. before.Status == CellStatus.Done && after.Status == CellStatus.Done && cell.Experiment.Study is null
                ? CompareSamples(cell, again, tolerance)
                : [],
            .. (before.Study ?? []).Select(file => CompareStudies(file, after.Study?.FirstOrDefault(other => other.Name == file.Name))),
            // Counted, so that a difference is never one of rounding; adaptive methods decide by rounded numbers.
            Deviation.Between("evaluations", before.Evaluations, after.Evaluations, 0),
            .. labels.Series
                .Select(series => (Name: labels[series], Before: labels.Find(before, series), After: labels.Find(after, series)))
                .SelectMany(metric => new[]
                {
                    Deviation.Between(metric.Name, metric.Before?.Value, metric.After?.Value, tolerance),
                    Deviation.Between($"{metric.Name} (standard error)", metric.Before?.StandardError, metric.After?.StandardError, tolerance),
                }),
        ];
        return deviations.OfType<Deviation>();
    }

    // The values tell how far a result is from the one before; the files, whether all of it is the same.
    private static Deviation? CompareStudies(StudyFile before, StudyFile? after) =>
        after is not null && before.Digest == after.Digest && before.ArrayDigest == after.ArrayDigest
            ? null
            : new(before.Name, before.Digest[..12], after?.Digest[..12] ?? "none", null, null, Agreement.Different);

    private IEnumerable<Deviation?> CompareSamples(ExperimentCell cell, RunFolder again, double tolerance)
    {
        SampleRecord? before = RecordJson.Find<SampleRecord>(folder.SampleRecordFile(cell.SamplesId));
        SampleRecord after = RecordJson.Read<SampleRecord>(again.SampleRecordFile(cell.SamplesId));
        if (before is null)
            yield break;
        yield return CompareFiles("samples", run => run.SamplesFile(cell.SamplesId), before.Digest, after.Digest, again, tolerance);
        if (before.StatesDigest is { } states)
            yield return CompareFiles("states", run => run.StatesFile(cell.SamplesId), states, after.StatesDigest!, again, tolerance);
    }

    private Deviation? CompareFiles(string what, Func<RunFolder, string> file, string before, string after, RunFolder again, double tolerance)
    {
        if (before == after)
            return null;
        using DisposeScope scope = NewDisposeScope();
        try
        {
            return Deviation.Between(what, NpyFile.Read(file(folder), before), NpyFile.Read(file(again), after), tolerance);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            // Their digest tells that they differ, but not how far.
            return new(what, before[..12], after[..12], null, null, Agreement.Different);
        }
    }
}
