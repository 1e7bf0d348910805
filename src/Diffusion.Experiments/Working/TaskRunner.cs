using Diffusion.Core.Sampling;
using Diffusion.Core.Training;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Storage;
using Microsoft.Extensions.Logging;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Working;

/// <summary>
/// Carries out single tasks of a run, in whatever process: trains a model or runs a cell, and leaves its record. Failure and divergence are records too.
/// </summary>
/// <param name="folder">The run.</param>
/// <param name="cell">Id → cell of the frozen plan.</param>
/// <param name="training">Training task → a cell that needs it.</param>
/// <param name="factory">Builds components.</param>
/// <param name="clock">Says when cells began.</param>
/// <param name="logger">Takes what failed.</param>
public sealed class TaskRunner(
    RunFolder folder, Func<CellId, ExperimentCell> cell, Func<TaskId, ExperimentCell> training, ComponentFactory factory, TimeProvider clock,
    ILogger<TaskRunner> logger)
{
    private readonly ModelTrainer _models = new(new(folder.Results), clock);
    private readonly ExactSampling _exact = new(new PlanData(factory));
    private readonly KnownComputations _known = new();
    private readonly WarmUp _warmUp = new();

    /// <summary>Whether a task has left its record.</summary>
    public bool HasRecord(TaskId task) => task.IsTraining ? Has<TrainingRecord>(folder.TrainingFile(task)) : Has<CellRecord>(folder.CellFile(task.Cell));

    /// <summary>Carries out a task. Safe to call from several threads.</summary>
    /// <param name="task">A cell's id or a training.</param>
    /// <param name="progressed">Told of a training's progress.</param>
    /// <param name="cancellationToken">Stops it; then there is no record.</param>
    /// <exception cref="StorageException">The record cannot be written.</exception>
    /// <exception cref="TaskNotReadyException">A cell's model is still to be trained. There is no record.</exception>
    /// <exception cref="InvalidDataException">The plan has no such task, or the components installed here are not those it was planned with.</exception>
    public void Run(TaskId task, Action<TaskProgress> progressed, CancellationToken cancellationToken)
    {
        // Whatever is logged on the way, by whom ever, says where it belongs.
        using IDisposable? scope =
            logger.BeginScope(new Dictionary<string, object> { ["Run"] = folder.Label, [task.IsTraining ? "Training" : "Cell"] = task.ToString() });
        using IDisposable atWork = ProcessMeter.Enter();
        if (task.IsTraining)
            Train(task, progress => progressed(new(task, progress.Step, progress.Steps, progress.Loss)), cancellationToken);
        else
            folder.Write(RunCell(cell(task.Cell), cancellationToken));
    }

    // Asked often of records that are not there yet.
    private static bool Has<T>(string path)
        where T : class => File.Exists(path) && RecordJson.Find<T>(path) is not null;

    private void Train(TaskId task, Action<TrainingProgress> progressed, CancellationToken cancellationToken)
    {
        ExperimentCell needed = training(task);
        TrainingRecord record = new() { Key = needed.TrainingKey! };
        try
        {
            DataSet set = _exact.Data.Get(needed, cancellationToken);
            using ComponentScope components = factory.OpenScope();
            using DisposeScope scope = NewDisposeScope();
            _models.Train(needed, set, components.Factory, progressed, cancellationToken);
        }
        catch (Exception e) when (IsTheTasksOwn(e, cancellationToken))
        {
            logger.LogError(e, "Training of {Model} failed", needed.Experiment.Model.Name);
            record = record with { Error = ExceptionText.FirstLine(e), Failure = KindOf(e), Log = WriteLog(task, e) };
        }

        RecordJson.Write(folder.TrainingFile(task), record);
    }

    /// <summary>What is known of the training that a cell needs; null where its model is in the store or does not learn.</summary>
    /// <exception cref="TaskNotReadyException">It has not ended.</exception>
    private TrainingRecord? Training(ExperimentCell wanted)
    {
        if (wanted.TrainingTask is not { } task || _models.Has(wanted))
            return null;
        return RecordJson.Find<TrainingRecord>(folder.TrainingFile(task))
            ?? throw new TaskNotReadyException($"cell {wanted.Id} needs a model that is not trained yet: task {task} comes first");
    }

    private CellRecord RunCell(ExperimentCell wanted, CancellationToken cancellationToken)
    {
        long begin = clock.GetTimestamp();
        CellRecord record = CellRecord.Begin(wanted, clock.GetUtcNow());
        try
        {
            // A model that could not be trained fails the cells that need it, each with the reason.
            if (Training(wanted) is { Error: { } error } failed)
                record =
                    record with { Status = CellStatus.Failed, Error = $"its model could not be trained: {error}", Failure = failed.Failure, Log = failed.Log };
            else
                record = RunCell(wanted, record, cancellationToken);
        }
        catch (Exception e) when (e is DivergenceException or StepControlException)
        {
            record = record with { Status = CellStatus.Diverged, Error = e.Message };
        }
        catch (Exception e) when (IsTheTasksOwn(e, cancellationToken))
        {
            logger.LogError(e, "Cell {Cell} failed", wanted.Id);
            record = record with { Status = CellStatus.Failed, Error = ExceptionText.FirstLine(e), Failure = KindOf(e), Log = WriteLog(wanted.Task, e) };
        }

        return record with { Seconds = clock.GetElapsedTime(begin).TotalSeconds };
    }

    private CellRecord RunCell(ExperimentCell wanted, CellRecord record, CancellationToken cancellationToken)
    {
        using ComponentScope components = factory.OpenScope();
        CellRunner runner = new(components.Factory, _models, _exact, _known, _warmUp, folder);
        record = runner.Run(wanted, record, cancellationToken);
        if (runner.MetricExceptions.Count == 0)
            return record;
        Exception e = runner.MetricExceptions is [var only] ? only : new AggregateException(runner.MetricExceptions);
        logger.LogError(e, "Metrics of cell {Cell} failed", wanted.Id);
        return record with { Failure = runner.MetricExceptions.Select(KindOf).Max(), Log = WriteLog(wanted.Task, e) };
    }

    // A component that gives up by an OperationCanceledException of its own (a time limit, say) has failed, not been stopped.
    private static bool IsTheTasksOwn(Exception e, CancellationToken cancellationToken) =>
        e is not (StorageException or TaskNotReadyException) && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private string? WriteLog(TaskId task, Exception e)
    {
        try
        {
            // Not its parents: a run's folder that was deleted must not come back as an empty one.
            if (Directory.Exists(folder.Path))
                Directory.CreateDirectory(Path.GetDirectoryName(folder.FailureLog(task))!);
            AtomicFile.WriteAllText(folder.FailureLog(task), $"{e}\n");
            return Path.GetRelativePath(folder.Path, folder.FailureLog(task));
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // The record, which says what matters, will tell whether the folder can be written at all.
            return null;
        }
    }

    // libtorch says it in words: "DefaultCPUAllocator: can't allocate memory", "CUDA out of memory".
    private static TaskFailureKind KindOf(Exception e) =>
        e is OutOfMemoryException || e.Message.Contains("allocate memory", StringComparison.OrdinalIgnoreCase) || e.Message.Contains(
            "out of memory", StringComparison.OrdinalIgnoreCase)
            ? TaskFailureKind.OutOfMemory
            : TaskFailureKind.Error;
}
