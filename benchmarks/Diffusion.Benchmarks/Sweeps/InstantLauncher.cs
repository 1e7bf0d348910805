using System.Diagnostics;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;

namespace Diffusion.Benchmarks.Sweeps;

/// <summary>Writes the record of each cell without running it, and measures what becomes of it then.</summary>
internal sealed class InstantLauncher(ExperimentPlan plan) : ILauncher
{
    private readonly Dictionary<string, ExperimentCell> _cells = plan.Cells.ToDictionary(cell => cell.Id.ToString());

    /// <summary>Time in the launch context's <c>Ended</c>.</summary>
    public double EndedSeconds { get; private set; }

    /// <summary>Time in writing records, which workers do.</summary>
    public double WritingSeconds { get; private set; }

    public double MemoryEarly { get; private set; }

    public double MemoryLate { get; private set; }

    public LaunchOutcome Launch(ILaunchContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> tasks = context.Stages.Single().Tasks;
        RunFolder folder = RunFolder.Open(context.RunFolder);
        foreach ((int i, string task) in tasks.Index())
        {
            long begin = Stopwatch.GetTimestamp();
            folder.Write(Record(_cells[task]));
            WritingSeconds += Stopwatch.GetElapsedTime(begin).TotalSeconds;
            begin = Stopwatch.GetTimestamp();
            context.Ended(task, null);
            EndedSeconds += Stopwatch.GetElapsedTime(begin).TotalSeconds;
            if (i == tasks.Count / 10)
                MemoryEarly = Environment.WorkingSet / 1e6;
        }

        MemoryLate = Environment.WorkingSet / 1e6;
        return new();
    }

    private static CellRecord Record(ExperimentCell cell) => new()
    {
        Id = cell.Id,
        Key = cell.Key,
        Repeat = cell.Repeat,
        Axes = cell.AxisValues,
        Status = CellStatus.Done,
        Steps = cell.Experiment.Steps,
        Evaluations = cell.Experiment.Steps,
        Metrics = [new("sliced-wasserstein", 0.1 * cell.Index, 0.01, 100)],
        Trace = [.. Enumerable.Range(1, Math.Min(50, cell.Experiment.Steps)).Select(step => new TracePoint(step, 1.0 / step))],
        Started = DateTimeOffset.UnixEpoch,
        Seconds = 0.01,
    };
}
