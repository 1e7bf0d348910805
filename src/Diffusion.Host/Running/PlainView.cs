using System.Diagnostics;
using System.Globalization;
using Diffusion.Core.Training;
using Diffusion.Experiments.Running;

namespace Diffusion.Host.Running;

/// <summary>Progress as plain lines, about ten a phase, for logs and pipes.</summary>
internal sealed class PlainView(TextWriter output) : IRunObserver
{
    private readonly Lock _lock = new();
    private readonly TroubleLines _trouble = new();
    private long _sweepStarted;
    private int _cells;
    private int _ended;
    private int _endedBefore;

    public void RunStarted(RunFolder folder, bool continued) => output.WriteLine(continued ? $"Continuing {folder.Name}." : $"Run {folder.Name}.");

    public void TrainingStarted(string model, int number, int count, int steps) => Line($"Training {model} ({number} of {count}), {steps} steps.");

    public void TrainingProgressed(TrainingProgress progress)
    {
        if (progress.Step * 10 / progress.Steps != (progress.Step - Math.Max(1, progress.Steps / 100)) * 10 / progress.Steps)
            Line($"  step {progress.Step}  loss {progress.Loss:g4}");
    }

    public void ModelReady(string model, TrainedModelRecord record, bool reused) =>
        Line(reused ? (FormattableString)$"Reusing {model} {record.Key[..8]}, trained before." : $"Trained {model} {record.Key[..8]} in {record.Seconds:f1} s.");

    public void SweepStarted(int cells, int finishedBefore)
    {
        _cells = cells;
        _ended = finishedBefore;
        _endedBefore = finishedBefore;
        _sweepStarted = Stopwatch.GetTimestamp();
        Line(finishedBefore == 0 ? (FormattableString)$"Sweeping {cells} cells." : $"Sweeping {cells} cells, {finishedBefore} of them done before.");
    }

    public void CellEnded(CellRecord record)
    {
        lock (_lock)
        {
            _ended++;
            if (_trouble.For(record) is { } line)
                output.WriteLine($"  {line}");
            if (_ended == _cells || _ended * 10 / _cells != (_ended - 1) * 10 / _cells)
            {
                TimeSpan spent = Stopwatch.GetElapsedTime(_sweepStarted);
                double left = spent.TotalSeconds * (_cells - _ended) / (_ended - _endedBefore);
                Line(_ended == _cells ? (FormattableString)$"  {_ended} of {_cells} cells in {spent.TotalSeconds:f1} s" : $"  {_ended} of {_cells} cells, about {left:f0} s left");
            }
        }
    }

    private void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
