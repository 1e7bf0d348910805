using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;

namespace Diffusion.Host.Logging;

/// <summary>Logs what happens to a run, opens the run's log when its folder is there, and passes everything on.</summary>
/// <param name="log">The log.</param>
/// <param name="view">Who is told as well.</param>
internal sealed class RunLog(ProcessLog log, IRunObserver view) : IRunObserver
{
    private Serilog.ILogger _logger = log.Logger;

    public void RunStarted(RunFolder folder, bool continued, WorkPlan work)
    {
        log.Open(folder);
        _logger = log.Logger.ForContext("Run", folder.Label);
        _logger.Information("Run {Name} {Action}", folder.Name, continued ? "continued" : "started");
        foreach (string trouble in work.Troubles)
            _logger.Warning("{Trouble}", trouble);
        view.RunStarted(folder, continued, work);
    }

    public void ModelReused(ExperimentCell cell, TrainedModelRecord record)
    {
        _logger.Information("Model {Model} {Key} reused", cell.Experiment.Model.Name, record.Key);
        view.ModelReused(cell, record);
    }

    public void TrainingStarted(ExperimentCell cell)
    {
        _logger.Information("Training {Model} {Key}", cell.Experiment.Model.Name, cell.TrainingKey);
        view.TrainingStarted(cell);
    }

    public void TrainingProgressed(ExperimentCell cell, TaskProgress progress)
    {
        _logger.Information("Training {Task} step {Step} of {Steps}: loss {Loss}", progress.Task, progress.Step, progress.Steps, progress.Loss);
        view.TrainingProgressed(cell, progress);
    }

    public void TrainingEnded(ExperimentCell cell, TrainedModelRecord? record, TrainingRecord? failure)
    {
        _logger.Information(
            "Training {Model} {Key} ended: {Seconds} s, {Error}", cell.Experiment.Model.Name, cell.TrainingKey, record?.Seconds, failure?.Error);
        view.TrainingEnded(cell, record, failure);
    }

    public void SweepStarted(IReadOnlyList<ExperimentCell> cells, IReadOnlyList<CellRecord> endedBefore)
    {
        _logger.Information("Sweep of {Cells} cells, {Finished} finished before", cells.Count, endedBefore.Count);
        view.SweepStarted(cells, endedBefore);
    }

    public void CellStarted(ExperimentCell cell) => view.CellStarted(cell);

    public void CellEnded(ExperimentCell cell, CellRecord record)
    {
        _logger.Information(
            "Cell {Cell} {Status}: {@Axes} repeat {Repeat} of network {TrainingRepeat}, {Evaluations} evaluations, {Seconds} s, {Error}",
            record.Id, record.Status, record.Axes, record.Repeat, record.TrainingRepeat, record.Evaluations, record.Seconds, record.Error);
        view.CellEnded(cell, record);
    }

    public void Said(string line)
    {
        _logger.Information("{Line}", line);
        view.Said(line);
    }
}
