using System.Globalization;
using Diffusion.Core.Training;
using Diffusion.Experiments.Running;
using Spectre.Console;

namespace Diffusion.Host.Running;

/// <summary>Progress bars with time left, for terminals.</summary>
internal sealed class LiveView : IRunObserver
{
    private readonly ProgressContext _context;
    private readonly Lock _lock = new();
    private readonly TroubleLines _trouble = new();
    private ProgressTask? _training;
    private ProgressTask? _sweep;
    private string _model = "";
    private int _troubled;

    private LiveView(ProgressContext context) => _context = context;

    /// <summary>Shows a run while it works.</summary>
    public static Task<RunOutcome> RunAsync(Func<IRunObserver, Task<RunOutcome>> run) =>
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => run(new LiveView(context)));

    public void RunStarted(RunFolder folder, bool continued) =>
        AnsiConsole.WriteLine(continued ? $"Continuing {folder.Name}." : $"Run {folder.Name}.");

    public void TrainingStarted(string model, int number, int count, int steps)
    {
        _model = count == 1 ? $"Training {model}" : $"Training {model} ({number} of {count})";
        _training = _context.AddTask(Markup.Escape(_model), maxValue: steps);
    }

    public void TrainingProgressed(TrainingProgress progress)
    {
        _training!.Value = progress.Step;
        _training.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{_model}, loss {progress.Loss:g4}"));
    }

    public void ModelReady(string model, TrainedModelRecord record, bool reused)
    {
        _training?.StopTask();
        if (reused)
            AnsiConsole.WriteLine($"Reusing {model} {record.Key[..8]}, trained before.");
    }

    public void SweepStarted(int cells, int finishedBefore)
    {
        _sweep = _context.AddTask("Sweeping", maxValue: cells);
        _sweep.Value = finishedBefore;
    }

    public void CellEnded(CellRecord record)
    {
        lock (_lock)
        {
            if (record.Status is CellStatus.Failed or CellStatus.Diverged)
                _troubled++;
            if (_trouble.For(record) is { } line)
                AnsiConsole.WriteLine(line);

            _sweep!.Increment(1);
            string trouble = _troubled == 0 ? "" : $", {_troubled} failed or diverged";
            _sweep.Description = $"Sweeping, {_sweep.Value:f0} of {_sweep.MaxValue:f0} cells{trouble}";
        }
    }
}
