using System.Globalization;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;

namespace Diffusion.Host.Views;

/// <summary>
/// What people see of a run, whatever the output is: a line for each thing that happens once. How progress between these is shown is up to the kind of output.
/// </summary>
/// <param name="progress">Where the run stands. Only touched under <see cref="Gate"/>.</param>
internal abstract class RunView(SweepProgress progress) : IRunObserver
{
    // Above this, lines about single models are a flood, too.
    private const int ModelsNamed = 10;

    private readonly TroubleLines _trouble = new();
    private readonly HashSet<CellId> _inapplicable = [];
    private RunFolder? _folder;

    /// <summary>Held while anything is looked at, changed or written.</summary>
    protected Lock Gate { get; } = new();

    protected SweepProgress Progress { get; } = progress;

    /// <summary>Whether models are few enough for lines of their own.</summary>
    protected bool NamesModels { get; private set; }

    public void RunStarted(RunFolder folder, bool continued, WorkPlan work)
    {
        lock (Gate)
        {
            _folder = folder;
            Progress.Begin(work);
            Write(continued ? $"Continuing {folder.Name}." : $"Run {folder.Name}.");
            foreach (string line in WorkSummary.Lines(work))
                Write(line);
            NamesModels = work.Trainings.Count + work.ReusedModels.Count <= ModelsNamed;
            if (!NamesModels && work.ReusedModels.Count > 0)
                Write($"Reusing {Counted.Text(work.ReusedModels.Count, "model")}, trained before.");
        }
    }

    public void ModelReused(ExperimentCell cell, TrainedModelRecord record)
    {
        lock (Gate)
        {
            if (NamesModels)
                Write($"Reusing {cell.Experiment.Model.Name} {record.Key[..8]}, trained before.");
        }
    }

    public void TrainingStarted(ExperimentCell cell)
    {
        lock (Gate)
        {
            Progress.TrainingStarted(cell);
            TrainingWentOn(null, Progress.Training(cell.TrainingTask!)!);
        }
    }

    public void TrainingProgressed(ExperimentCell cell, TaskProgress progress)
    {
        lock (Gate)
        {
            if (Progress.Training(progress.Task) is not { } before)
                return;
            Progress.TrainingProgressed(progress);
            TrainingWentOn(before, Progress.Training(progress.Task)!);
        }
    }

    public void TrainingEnded(ExperimentCell cell, TrainedModelRecord? record, TrainingRecord? failure)
    {
        lock (Gate)
        {
            Progress.TrainingEnded(cell, record);
            string name = $"{cell.Experiment.Model.Name} {cell.TrainingKey![..8]}";
            if (record is null)
                Write($"{name} could not be trained: {Headline.FirstLine(failure?.Error)}");
            else if (NamesModels)
                Write($"Trained {name} in {Duration.Text(TimeSpan.FromSeconds(record.Seconds))}.");
            if (failure?.Log is { } log)
                Write($"  log: {ShownPath.Relative(Path.Combine(_folder!.Path, log))}");
            ModelsWentOn();
        }
    }

    public void SweepStarted(IReadOnlyList<ExperimentCell> cells, IReadOnlyList<CellRecord> endedBefore)
    {
        lock (Gate)
        {
            Progress.Launch(cells, endedBefore);
            Launched();
            // Known beforehand and all at once: a line for each reason rather than for each cell.
            foreach (CellRecord[] alike in endedBefore.Where(record => record.Status == CellStatus.NotApplicable && _inapplicable.Add(record.Id))
                .GroupBy(record => record.Error)
                .Select(group => group.ToArray()))
            {
                if (alike is [CellRecord only])
                    WriteTrouble(only);
                else
                    Write($"{Counted.Text(alike.Length, "cell")} are n/a: {Headline.FirstLine(alike[0].Error)}");
            }
        }
    }

    public void CellStarted(ExperimentCell cell)
    {
        lock (Gate)
            Progress.CellStarted(cell);
    }

    public void CellEnded(ExperimentCell cell, CellRecord record)
    {
        lock (Gate)
        {
            Progress.CellEnded(cell, record);
            WriteTrouble(record);
            CellsWentOn();
        }
    }

    public void Said(string line)
    {
        lock (Gate)
            Write(line);
    }

    /// <summary>Something warns.</summary>
    public virtual void Warned(string line) => Console.Error.WriteLine(line);

    /// <summary>"2 failed, 1 diverged, 3 n/a"; "" where all is well.</summary>
    public static string Troubles(SweepProgress progress) => string.Join(
        ", ",
        new[] { (CellStatus.Failed, "failed"), (CellStatus.Diverged, "diverged"), (CellStatus.NotApplicable, "n/a") }
            .Where(kind => progress.Count(kind.Item1) > 0)
            .Select(kind => string.Create(CultureInfo.InvariantCulture, $"{progress.Count(kind.Item1)} {kind.Item2}")));

    /// <summary>Writes a line.</summary>
    protected abstract void Write(string line);

    /// <summary>Tasks are about to be launched.</summary>
    protected virtual void Launched()
    {
    }

    /// <summary>A training began or went on.</summary>
    /// <param name="before">How far it was before; null when it has just begun.</param>
    /// <param name="now">How far it is.</param>
    protected virtual void TrainingWentOn(TrainingStanding? before, TrainingStanding now)
    {
    }

    /// <summary>A training has ended.</summary>
    protected virtual void ModelsWentOn()
    {
    }

    /// <summary>A cell has ended.</summary>
    protected virtual void CellsWentOn()
    {
    }

    private void WriteTrouble(CellRecord record)
    {
        foreach (string line in _trouble.For(record, _folder!))
            Write(line);
    }
}
