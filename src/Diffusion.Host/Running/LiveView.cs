using System.Globalization;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Running;
using Spectre.Console;

namespace Diffusion.Host.Running;

/// <summary>Progress bars with time left, for terminals.</summary>
internal sealed class LiveView : IRunObserver
{
    private readonly ProgressContext _context;
    private readonly TroubleLines _trouble = new();
    private readonly Dictionary<string, ProgressTask> _trainings = [];
    private ProgressTask? _sweep;
    private int _troubled;

    private LiveView(ProgressContext context) => _context = context;

    /// <summary>Shows a run while it works.</summary>
    public static Task<RunOutcome> RunAsync(Func<IRunObserver, Task<RunOutcome>> run) =>
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => run(new LiveView(context)));

    public void RunStarted(RunFolder folder, bool continued, WorkPlan work) =>
        AnsiConsole.WriteLine(continued ? $"Continuing {folder.Name}." : $"Run {folder.Name}.");

    public void ModelReused(ExperimentCell cell, TrainedModelRecord record) =>
        AnsiConsole.WriteLine($"Reusing {cell.Experiment.Model.Name} {record.Key[..8]}, trained before.");

    public void TrainingStarted(ExperimentCell cell) =>
        _trainings[cell.TrainingTask!] = _context.AddTask(Markup.Escape($"Training {cell.Experiment.Model.Name}"), maxValue: cell.Experiment.Training!.Settings.Steps);

    public void TrainingProgressed(ExperimentCell cell, TaskProgress progress)
    {
        ProgressTask task = _trainings[progress.Task];
        task.Value = progress.Step;
        task.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"Training {cell.Experiment.Model.Name}, loss {progress.Loss:g4}"));
    }

    public void TrainingEnded(ExperimentCell cell, TrainedModelRecord? record, TrainingRecord? failure)
    {
        if (_trainings.TryGetValue(cell.TrainingTask!, out ProgressTask? task))
            task.StopTask();
        if (failure is { Error: { } error })
            AnsiConsole.WriteLine($"{cell.Experiment.Model.Name} could not be trained: {error}");
    }

    public void SweepStarted(IReadOnlyList<ExperimentCell> cells, IReadOnlyList<CellRecord> endedBefore)
    {
        _sweep = _context.AddTask("Sweeping", maxValue: cells.Count + endedBefore.Count);
        _sweep.Value = endedBefore.Count;
    }

    public void CellStarted(ExperimentCell cell)
    {
    }

    public void CellEnded(ExperimentCell cell, CellRecord record)
    {
        if (record.Status is CellStatus.Failed or CellStatus.Diverged)
            _troubled++;
        if (_trouble.For(record) is { } line)
            AnsiConsole.WriteLine(line);

        _sweep!.Increment(1);
        string trouble = _troubled == 0 ? "" : $", {_troubled} failed or diverged";
        _sweep.Description = $"Sweeping, {_sweep.Value:f0} of {_sweep.MaxValue:f0} cells{trouble}";
    }

    public void Said(string line) => AnsiConsole.WriteLine(line);
}
