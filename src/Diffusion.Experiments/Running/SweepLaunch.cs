using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Storage;
using Diffusion.Experiments.Working;
using Microsoft.Extensions.Logging;

namespace Diffusion.Experiments.Running;

/// <summary>Has the work of a run carried out: what its launcher is given, and what becomes of what it tells.</summary>
internal sealed class SweepLaunch : ILaunchContext, IDisposable
{
    private readonly RunServices _services;
    private readonly RunSession _session;
    private readonly Dictionary<CellId, CellRecord> _records;
    private readonly SweepTracking? _tracking;
    private readonly Dictionary<CellId, ExperimentCell> _cells;
    private readonly Dictionary<TaskId, ExperimentCell> _trainings;
    private readonly TrainedModelStore _store;
    private readonly TaskRunner _tasks;
    private readonly LaunchStage[] _stages;
    private readonly CancellationTokenSource _failFast = new();
    private readonly Lock _lock = new();

    public SweepLaunch(RunServices services, RunSession session, Dictionary<CellId, CellRecord> records, SweepTracking? tracking)
    {
        _services = services;
        _session = session;
        _records = records;
        _tracking = tracking;
        _store = new(session.Settings.Results);
        _cells = ExecutionOrder.Arrange(session.Work.Work.Select(decision => decision.Cell), new(services.Factory)).ToDictionary(cell => cell.Id);
        _trainings = session.Work.Trainings.ToDictionary(cell => cell.TrainingTask!);
        _tasks = new(session.Folder, id => _cells[id], task => _trainings[task], services.Factory, services.Clock, services.Loggers.CreateLogger<TaskRunner>());
        LaunchStage[] stages = [new("train", [.. _trainings.Keys.Select(task => task.ToString())]), new(
            "sample", [.. _cells.Keys.Select(cell => cell.ToString())])];
        _stages = [.. stages.Where(stage => stage.Tasks.Count > 0)];
    }

    public (RunEnding Ending, string? Message) Run(CancellationToken cancellationToken)
    {
        foreach (ExperimentCell cell in _session.Work.ReusedModels)
        {
            if (_store.Find(cell.TrainingKey!) is { } model)
                _services.Observer.ModelReused(cell, model);
        }

        _services.Observer.SweepStarted(
            [.. _cells.Values], [.. _session.Plan.Cells.Where(cell => _records.ContainsKey(cell.Id)).Select(cell => _records[cell.Id])]);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _failFast.Token);
        try
        {
            LaunchOutcome outcome = _services.Launcher.Launch(this, either.Token);
            return outcome.HandedOver is { } handedOver ? (RunEnding.HandedOver, handedOver) : (RunEnding.Finished, null);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return (_failFast.IsCancellationRequested ? RunEnding.FailedFast : RunEnding.Stopped, null);
        }
        catch (Exception e) when (e is LaunchException or StorageException)
        {
            _services.Loggers.CreateLogger<SweepLaunch>().LogError(e, "The launcher cannot go on");
            return (RunEnding.Broken, e.Message);
        }
    }

    IReadOnlyList<LaunchStage> ILaunchContext.Stages => _stages;

    string ILaunchContext.RunFolder => _session.Folder.Path;

    IReadOnlyList<string> ILaunchContext.WorkerCommand => [.. _session.Settings.WorkerCommand, _session.Folder.Path];

    bool ILaunchContext.HasRecord(string task) => _tasks.HasRecord(TaskId.Parse(task));

    void ILaunchContext.Execute(string task, CancellationToken cancellationToken) => _tasks.Run(TaskId.Parse(task), Progressed, cancellationToken);

    void ILaunchContext.Started(string task) => Observe(observer =>
    {
        TaskId started = TaskId.Parse(task);
        if (started.IsTraining)
            observer.TrainingStarted(_trainings[started]);
        else
            observer.CellStarted(_cells[started.Cell]);
    });

    void ILaunchContext.Progressed(TaskProgress progress) => Progressed(progress);

    void ILaunchContext.Ended(string task, TaskFailure? failure)
    {
        TaskId ended = TaskId.Parse(task);
        if (ended.IsTraining)
            TrainingEnded(ended, failure);
        else
            CellEnded(_cells[ended.Cell], failure);
    }

    void ILaunchContext.Say(string line) => Observe(observer => observer.Said(line));

    public void Dispose() => _failFast.Dispose();

    private void Observe(Action<IRunObserver> tell)
    {
        lock (_lock)
            tell(_services.Observer);
    }

    private void Progressed(TaskProgress progress) => Observe(observer => observer.TrainingProgressed(_trainings[TaskId.Parse(progress.Task)], progress));

    private void TrainingEnded(TaskId task, TaskFailure? failure)
    {
        ExperimentCell cell = _trainings[task];
        RunFolder folder = _session.Folder;
        if (failure is not null)
            RecordJson.Write(
                folder.TrainingFile(task),
                new TrainingRecord { Key = cell.TrainingKey!, Error = failure.Message, Failure = failure.Kind, Log = RelativeLog(failure) });
        TrainingRecord? record = RecordJson.Find<TrainingRecord>(folder.TrainingFile(task));
        TrainedModelRecord? model = record is { Error: null } ? _store.Find(cell.TrainingKey!) : null;
        if (model is not null)
            _tracking?.ModelReady(cell.Id, model);
        Observe(observer => observer.TrainingEnded(cell, model, record));
    }

    private void CellEnded(ExperimentCell cell, TaskFailure? failure)
    {
        RunFolder folder = _session.Folder;
        CellRecord? record = failure is null ? RecordJson.Find<CellRecord>(folder.CellFile(cell.Id)) : null;
        if (record is null)
        {
            failure ??= new(TaskFailureKind.Error, "it left no record, or a damaged one");
            record = CellRecord.Begin(
                cell,
                _services.Clock.GetUtcNow()) with { Status = CellStatus.Failed, Error = failure.Message, Failure = failure.Kind, Log = RelativeLog(failure) };
            folder.Write(record);
        }

        // The tables need no traces, and ten thousand of them are many.
        lock (_lock)
            _records[cell.Id] = record.WithSharedSources() with { Trace = [] };
        Observe(observer => observer.CellEnded(cell, record));
        _tracking?.CellEnded(record);
        if (record.Status == CellStatus.Failed && _session.Settings.FailFast)
            _failFast.Cancel();
    }

    private string? RelativeLog(TaskFailure failure) => failure.Log is { } log ? Path.GetRelativePath(_session.Folder.Path, log) : null;
}
