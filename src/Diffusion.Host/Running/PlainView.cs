using System.Diagnostics;
using System.Globalization;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Running;

namespace Diffusion.Host.Running;

/// <summary>Progress as plain lines, about ten a phase, for logs and pipes.</summary>
internal sealed class PlainView(TextWriter output) : IRunObserver
{
    private readonly TroubleLines _trouble = new();
    private long _sweepStarted;
    private int _cells;
    private int _ended;
    private int _endedBefore;

    public void RunStarted(RunFolder folder, bool continued, WorkPlan work)
    {
        output.WriteLine(continued ? $"Continuing {folder.Name}." : $"Run {folder.Name}.");
        foreach (string line in WorkSummary.Lines(work))
            output.WriteLine(line);
    }

    public void ModelReused(ExperimentCell cell, TrainedModelRecord record) => output.WriteLine($"Reusing {cell.Experiment.Model.Name} {record.Key[..8]}, trained before.");

    public void TrainingStarted(ExperimentCell cell) =>
        output.WriteLine($"Training {cell.Experiment.Model.Name} {cell.TrainingKey![..8]}, {cell.Experiment.Training!.Settings.Steps} steps.");

    public void TrainingProgressed(ExperimentCell cell, TaskProgress progress)
    {
        if (progress.Step * 10 / progress.Steps != (progress.Step - Math.Max(1, progress.Steps / 100)) * 10 / progress.Steps)
            Line($"  step {progress.Step}  loss {progress.Loss:g4}");
    }

    public void TrainingEnded(ExperimentCell cell, TrainedModelRecord? record, TrainingRecord? failure) => Line(record is not null
        ? (FormattableString)$"Trained {cell.Experiment.Model.Name} {record.Key[..8]} in {record.Seconds:f1} s."
        : $"{cell.Experiment.Model.Name} {cell.TrainingKey![..8]} could not be trained: {failure?.Error}");

    public void SweepStarted(IReadOnlyList<ExperimentCell> cells, IReadOnlyList<CellRecord> endedBefore)
    {
        _cells = cells.Count + endedBefore.Count;
        _ended = endedBefore.Count;
        _endedBefore = endedBefore.Count;
        _sweepStarted = Stopwatch.GetTimestamp();
        Line(_ended == 0 ? (FormattableString)$"Sweeping {_cells} cells." : $"Sweeping {_cells} cells, {_ended} of them done before.");
        foreach (CellRecord record in endedBefore.Where(record => record.Status == CellStatus.NotApplicable))
            Trouble(record);
    }

    public void CellStarted(ExperimentCell cell)
    {
    }

    public void CellEnded(ExperimentCell cell, CellRecord record)
    {
        _ended++;
        Trouble(record);
        if (_ended == _cells || _ended * 10 / _cells != (_ended - 1) * 10 / _cells)
        {
            TimeSpan spent = Stopwatch.GetElapsedTime(_sweepStarted);
            double left = spent.TotalSeconds * (_cells - _ended) / (_ended - _endedBefore);
            Line(_ended == _cells ? (FormattableString)$"  {_ended} of {_cells} cells in {spent.TotalSeconds:f1} s" : $"  {_ended} of {_cells} cells, about {left:f0} s left");
        }
    }

    public void Said(string line) => output.WriteLine(line);

    private void Trouble(CellRecord record)
    {
        if (_trouble.For(record) is { } line)
            output.WriteLine($"  {line}");
    }

    private void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
