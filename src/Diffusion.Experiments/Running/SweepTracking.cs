using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Running;

/// <summary>
/// Tells a tracker of a sweep: of each trained model and each configuration as soon as their records are complete, and of everything else at the end. What it
/// tells is what <see cref="SweepProjection"/> makes of the records, so that telling it again in another session changes nothing. Safe to use from several
/// threads.
/// </summary>
/// <param name="tracker">The tracker.</param>
/// <param name="projection">What the sweep looks like at a tracker.</param>
/// <param name="withCells">Whether each cell is a run of its own.</param>
internal sealed class SweepTracking(ITracker tracker, SweepProjection projection, bool withCells)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SweepConfiguration, List<CellRecord>> _ended = [];
    private readonly Dictionary<SweepConfiguration, ITrackedRun> _begun = [];
    private readonly HashSet<SweepConfiguration> _told = [];
    private readonly HashSet<CellId> _toldCells = [];
    private readonly HashSet<StageKey> _toldModels = [];
    private ITrackedRun? _sweep;

    /// <param name="cell">A cell that uses the model.</param>
    /// <param name="model">The model.</param>
    public void ModelReady(CellId cell, TrainedModelRecord model)
    {
        lock (_lock)
            Tell(cell, model);
    }

    /// <param name="record">The cell's record, with its trace.</param>
    public void CellEnded(CellRecord record)
    {
        lock (_lock)
        {
            if (projection.ConfigurationOf(record.Id) is not { } configuration)
                return;
            if (!_ended.TryGetValue(configuration, out List<CellRecord>? ended))
                _ended[configuration] = ended = [];
            ended.Add(record with { Trace = [] });
            if (withCells)
                Tell(configuration, record);
            if (ended.Count == configuration.Cells.Count)
                Tell(configuration, ended, RunStatus.Running);
        }
    }

    /// <summary>Tells all that was not told before.</summary>
    /// <param name="records">All records, in the plan's order.</param>
    /// <param name="claims">What is claimed of the sweep, judged by the records; null where nothing is.</param>
    /// <param name="run">The run's record.</param>
    public void TellRest(IReadOnlyList<CellRecord> records, ClaimVerdicts? claims, RunRecord run)
    {
        lock (_lock)
        {
            TrainedModelStore store = new(projection.Folder.Results);
            foreach (CellRecord record in records.Where(record => record.Model is { } key && !_toldModels.Contains(key)).DistinctBy(record => record.Model))
            {
                if (store.Find(record.Model!) is { } model)
                    Tell(record.Id, model);
            }

            foreach (IGrouping<SweepConfiguration, CellRecord> configuration in records
                .Where(record => projection.ConfigurationOf(record.Id) is not null)
                .GroupBy(record => projection.ConfigurationOf(record.Id)!))
            {
                foreach (CellRecord record in configuration.Where(record => withCells && !_toldCells.Contains(record.Id)))
                    Tell(configuration.Key, record);
                if (!_told.Contains(configuration.Key))
                    Tell(configuration.Key, [.. configuration], run.Status);
            }

            projection.Tell(tracker, records, claims, run);
        }
    }

    /// <summary>Tells that the sweep is at work.</summary>
    public void Begin()
    {
        lock (_lock)
            _ = Sweep;
    }

    private ITrackedRun Sweep => _sweep ??= tracker.Begin(projection.DescribeSweep([]));

    private void Tell(CellId cell, TrainedModelRecord model)
    {
        if (_toldModels.Add(model.Key))
            projection.TellModel(tracker, Sweep, cell, model);
    }

    private void Tell(SweepConfiguration configuration, CellRecord record)
    {
        // One that did not apply was no run.
        if (record.Status == CellStatus.NotApplicable || !_toldCells.Add(record.Id))
            return;
        if (!_begun.TryGetValue(configuration, out ITrackedRun? parent))
            _begun[configuration] = parent = tracker.Begin(projection.Describe(configuration, [], Sweep));
        projection.TellCell(tracker, parent, record);
    }

    private void Tell(SweepConfiguration configuration, List<CellRecord> records, RunStatus status)
    {
        // Of a configuration that does not apply there is nothing to say.
        if (records.All(record => record.Status == CellStatus.NotApplicable))
            return;
        if (records.Count == configuration.Cells.Count)
            _told.Add(configuration);
        projection.Tell(tracker, Sweep, configuration, records, status);
    }
}
