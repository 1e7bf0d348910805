using System.Security.Cryptography;
using System.Text;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Storage;
using Microsoft.Extensions.Logging;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Running;

/// <summary>Runs a plan: data, models, cells, tables. Records come first; trackers and reports are told afterwards.</summary>
public sealed class ExperimentRunner(ComponentFactory factory, ILauncher launcher, ITracker tracker, IRunObserver observer, TimeProvider clock, ILogger<ExperimentRunner> logger)
{
    /// <summary>Runs every cell of the plan that has not run, and builds the tables.</summary>
    /// <exception cref="InvalidDataException">The data cannot be read or a loss cannot be computed for them, or an earlier record is damaged. Nothing was written.</exception>
    /// <exception cref="IOException">The results folder cannot be written.</exception>
    public async Task<RunOutcome> RunAsync(ExperimentPlan plan, RunSettings settings, CancellationToken cancellationToken)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, DataSet> data = plan.Cells.DistinctBy(cell => cell.DataKey)
            .ToDictionary(cell => cell.DataKey, cell => factory.Create<IDataSource>(cell.Experiment.Data).Load());

        IReadOnlyDictionary<string, string> objections = new Applicability(factory, data).Objections(plan.Cells);
        if (objections.Count == plan.Cells.Count)
            throw new InvalidDataException($"{plan.Manifest.Root.Origin.Source.Name}: no cell of this experiment can run: {string.Join("; ", objections.Values.Distinct())}");

        (RunFolder folder, RunRecord record) = Open(plan, settings);
        Dictionary<string, CellRecord> records = folder.ReadCells()
            .Where(pair => pair.Value.Status != CellStatus.Failed).ToDictionary();
        var tracking = new SweepTracking(tracker, plan, folder, record);
        bool stopped = false;
        try
        {
            RunCells(plan, data, objections, folder, new TrainedModelStore(settings.Results), records, tracking, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            stopped = true;
        }

        CellRecord[] ordered = [.. plan.Cells.Where(cell => records.ContainsKey(cell.Id)).Select(cell => records[cell.Id])];
        Report(plan, folder, ordered, tracking, stopped);
        RecordJson.Write(folder.RecordFile, record with { Status = stopped ? RunStatus.Stopped : RunStatus.Finished, Ended = clock.GetUtcNow() });
        await tracker.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        return new RunOutcome(folder, ordered, stopped);
    }

    private (RunFolder Folder, RunRecord Record) Open(ExperimentPlan plan, RunSettings settings)
    {
        string planKey = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', plan.Cells.Select(cell => cell.Key)))));
        RunFolder? unfinished = settings.Fresh ? null : RunFolder.FindUnfinished(settings.Results, plan.Name, planKey);
        RunFolder folder = unfinished ?? RunFolder.Create(settings.Results, plan.Name, clock.GetUtcNow());
        RunRecord record = unfinished is null
            ? new RunRecord
            {
                Experiment = plan.Name,
                Run = folder.Name,
                PlanKey = planKey,
                Cells = plan.Cells.Count,
                Status = RunStatus.Running,
                Started = clock.GetUtcNow(),
                Environment = settings.Environment,
            }
            : RecordJson.Read<RunRecord>(unfinished.RecordFile) with { Status = RunStatus.Running, Ended = null };
        AtomicFile.WriteAllText(folder.ManifestFile, plan.Freeze(folder.Path));
        RecordJson.Write(folder.RecordFile, record);
        observer.RunStarted(folder, continued: unfinished is not null);
        return (folder, record);
    }

    private void RunCells(
        ExperimentPlan plan,
        Dictionary<string, DataSet> data,
        IReadOnlyDictionary<string, string> objections,
        RunFolder folder,
        TrainedModelStore store,
        Dictionary<string, CellRecord> records,
        SweepTracking tracking,
        CancellationToken cancellationToken)
    {
        int before = records.Count;
        CellRecord[] inapplicable = [.. plan.Cells.Where(cell => objections.ContainsKey(cell.Id) && !records.ContainsKey(cell.Id)).Select(cell => CellRecord.Of(cell, clock.GetUtcNow()) with
        {
            Status = CellStatus.NotApplicable,
            Error = objections[cell.Id],
        })];
        foreach (CellRecord record in inapplicable)
        {
            folder.Write(record);
            records.Add(record.Id, record);
        }

        Dictionary<string, ExperimentCell> open = plan.Cells.Where(cell => !records.ContainsKey(cell.Id)).ToDictionary(cell => cell.Id);
        var models = new TrainedModels(factory, store, observer, clock, logger);
        foreach ((string key, TrainedModelRecord model) in models.Prepare([.. open.Values], data, cancellationToken))
        {
            ExperimentCell cell = open.Values.First(candidate => candidate.TrainingKey == key);
            tracking.ModelReady(cell, model, store.WeightsOf(key), data[cell.DataKey].Description);
        }

        // A process that was killed may have recorded more than its tracker had stored. Telling it again changes nothing where it had.
        foreach (ExperimentCell cell in plan.Cells.Where(cell => records.TryGetValue(cell.Id, out CellRecord? record) && record.Status != CellStatus.NotApplicable))
            tracking.CellEnded(cell, records[cell.Id], data[cell.DataKey].Description);

        observer.SweepStarted(plan.Cells.Count, before);
        foreach (CellRecord record in inapplicable)
            observer.CellEnded(record);
        var runner = new CellRunner(factory, models, data, folder, clock, logger);
        launcher.Launch(
            new LaunchRequest
            {
                Stages = [new("sample", [.. open.Keys])],
                RunFolder = folder.Path,
                WorkerCommand = [],
                HasRecord = records.ContainsKey,
                Execute = Execute,
                Ended = (_, _) => { },
            },
            cancellationToken);

        void Execute(string id, CancellationToken token)
        {
            CellRecord record = runner.Run(open[id], token);
            folder.Write(record);
            lock (records)
                records.Add(id, record);
            observer.CellEnded(record);
            tracking.CellEnded(open[id], record, data[open[id].DataKey].Description);
        }
    }

    private void Report(ExperimentPlan plan, RunFolder folder, CellRecord[] records, SweepTracking tracking, bool stopped)
    {
        string[] axes = [.. plan.Axes.Select(axis => axis.Path)];
        IReadOnlyList<Comparison> comparisons = Comparison.Build(axes, records);
        MetricsCsv.Write(folder.MetricsFile, axes, records);
        AtomicFile.WriteAllText(folder.ComparisonFile, $"# {plan.Name}\n\n{plan.Description}\n\n{string.Join('\n', comparisons.Select(comparison => comparison.ToMarkdown()))}");
        tracking.SweepEnded(comparisons, stopped ? TrackedRunStatus.Killed : TrackedRunStatus.Finished, clock.GetUtcNow());
    }
}
