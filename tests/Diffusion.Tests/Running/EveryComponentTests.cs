using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Replaying;
using Diffusion.Experiments.Running;
using Diffusion.Experiments.Working;
using Diffusion.Testing;
using Diffusion.Tests.Components;
using Diffusion.Tests.Manifests;
using Diffusion.Tests.Planning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Diffusion.Tests.Running;

/// <summary>
/// Every component, with its defaults and with the values at the ends of its options' ranges, runs as it does in a worker process, which knows nothing but the
/// plan's file, and again in a replay.
/// </summary>
[Trait("Category", "Slow")]
public sealed class EveryComponentTests : IDisposable
{
    // What takes longer is left: how much is to be done is no question of what reaches a worker.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1), LongestExtreme = TimeSpan.FromSeconds(5);

    // Cheap, and trained for two steps.
    private static readonly string[] Small = ["training.steps=2", "training.batchSize=8", "model.width=8", "samples=4", "steps=3"];

    private readonly ManifestFolder _folder = new();
    private readonly ServiceProvider _services =
        new ServiceCollection().AddLogging().AddComponents(ShippedComponents.Catalogue).AddSingleton(TimeProvider.System).BuildServiceProvider();

    public void Dispose()
    {
        _services.Dispose();
        _folder.Dispose();
    }

    private ComponentFactory Factory => _services.GetRequiredService<ComponentFactory>();

    // A manifest with a study has nothing of sampling and training. The data have two dimensions, in which a fine mesh takes minutes.
    private static string[] Cheap(string[] sets) => sets.Any(set => set.StartsWith("study=", StringComparison.Ordinal))
        ? [.. sets.Select(set => set == "study=fokker-planck" ? """study={ "use": "fokker-planck", "cells": 16 }""" : set)] :
    [
        .. Small.Where(small => !sets.Any(set => set.StartsWith("model=", StringComparison.Ordinal) && small.StartsWith("model.", StringComparison.Ordinal))),
        .. sets,
    ];

    // What a worker process does: everything it knows is in the run's folder.
    private FakeLauncher Worker { get; }

    public EveryComponentTests() => Worker = new((request, token) =>
    {
        RunFolder folder = RunFolder.Open(request.RunFolder);
        PlanFile plan = PlanFile.Read(folder.PlanFile);
        Func<CellId, ExperimentCell> cell = plan.Binder(ShippedComponents.Catalogue);
        TaskRunner runner = new(
            folder, cell, task => plan.Ids.Select(cell).First(candidate => candidate.TrainingTask == task), Factory, TimeProvider.System,
            NullLogger<TaskRunner>.Instance);
        foreach (string task in request.Stages.SelectMany(stage => stage.Tasks))
        {
            runner.Run(TaskId.Parse(task), _ => { }, token);
            request.Ended(task, null);
        }

        return new();
    });

    private async Task<(CellRecord Record, IReadOnlyList<Deviation> Deviations)?> RunAndReplayAsync(ExperimentPlan plan, TimeSpan longest)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(longest);
        CancellationToken token = limit.Token;
        RunServices services = new(Factory, Worker, new RecordingTracker(), new SilentObserver(), TimeProvider.System, NullLoggerFactory.Instance);
        RunOutcome outcome;
        try
        {
            outcome = await new ExperimentRunner(services).RunAsync(plan, new() { Results = _folder.At("results"), Fresh = true }, token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return null;
        }

        if (outcome.Ending == RunEnding.Stopped)
            return null;
        Replayer replayer = new(outcome.Folder, PlanFile.Read(outcome.Folder.PlanFile).Thaw(ShippedComponents.Catalogue), Factory);
        List<ReplayedCell> again = [];
        try
        {
            replayer.Replay(replayer.Select(new() { All = true }), trains: true, 1, _ => { }, again.Add, token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return null;
        }

        return (Assert.Single(outcome.Records), Assert.Single(again).Deviations);
    }

    [Fact]
    public async Task Every_component_with_its_defaults_runs_in_a_worker_and_replays_to_the_last_bit()
    {
        List<string> wrong = [];
        int done = 0;
        foreach ((ComponentDescriptor component, string path, string[] sets) in ShippedSettings.Components())
        {
            ExperimentPlan? plan = ShippedSettings.Plan(_folder, Cheap(sets), out string refusal);
            if (plan is null)
            {
                wrong.Add($"{path} {component.Name}: {refusal}");
                continue;
            }

            try
            {
                if (await RunAndReplayAsync(plan, Longest) is not var (record, deviations))
                {
                    wrong.Add($"{path} {component.Name}: takes longer than {Longest}");
                    continue;
                }

                done += record.Status == CellStatus.Done ? 1 : 0;
                if (record.Status == CellStatus.Failed || deviations.Count > 0)
                    wrong.Add($"{path} {component.Name}: {record.Status} {record.Error} {string.Join("; ", deviations)}");
            }
            catch (InvalidDataException e) when (e.Message.Contains("no cell of this experiment can run", StringComparison.Ordinal))
            {
                // The parts around it are not those that it fits; that is found before anything runs.
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(done > 100, $"{done} ran");
    }

    // A whole number at the upper end of its range says how much is to be done, which is more than anybody has time for.
    private static IEnumerable<string> Extremes(ShippedSettings setting) =>
        setting.Property.Type.Kind == OptionValueKind.Number ? setting.Extremes() : setting.Extremes().Take(1);

    [Fact]
    public async Task Every_option_at_the_ends_of_its_range_runs_in_a_worker_and_replays_to_the_last_bit()
    {
        List<string> wrong = [];
        int ran = 0;
        foreach ((ShippedSettings setting, string text) in ShippedSettings.All().SelectMany(setting => Extremes(setting).Select(text => (setting, text))))
        {
            if (ShippedSettings.Plan(_folder, [
                .. Cheap(setting.Sets).Where(set => !set.StartsWith($"{setting.Path}=", StringComparison.Ordinal)), $"{setting.Path}={text}",
            ], out _) is not { } plan)
                continue;
            string what = $"{string.Join(' ', setting.Sets)} {setting.Path}={text}";
            try
            {
                // Far from where anything makes sense a cell may fail, and then does so again.
                if (await RunAndReplayAsync(plan, LongestExtreme) is not var (record, deviations))
                    continue;
                ran++;
                if (deviations.Count > 0 || record.Error?.Contains("plan.jsonl", StringComparison.Ordinal) == true)
                    wrong.Add($"{what}: {record.Status} {record.Error} {string.Join("; ", deviations)}");
            }
            catch (InvalidDataException e) when (e.Message.Contains("no cell of this experiment can run", StringComparison.Ordinal))
            {
                // Found before anything runs.
            }
            catch (InvalidDataException e) when (e.Message.Contains("above \"maximum\"", StringComparison.Ordinal))
            {
                // Data that do not fit are found before anything runs, too.
            }
            catch (Exception e)
            {
                wrong.Add($"{what}: {e.GetType().Name}: {e.Message}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(ran > 200, $"{ran} ran");
    }
}
