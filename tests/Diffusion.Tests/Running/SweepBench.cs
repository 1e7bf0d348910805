using System.Reflection;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Launchers;
using Diffusion.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Diffusion.Tests.Running;

/// <summary>Runs small sweeps in this process, into a results folder that is gone after the test.</summary>
internal sealed class SweepBench : IDisposable
{
    /// <summary>Two solvers at two step counts, twice each, on a mixture with exact scores: eight cells of milliseconds.</summary>
    public const string Small = """
        {
          "name": "small",
          "data": { "use": "gaussian-mixture", "weights": [0.3, 0.7], "means": [[-2], [1.5]], "standardDeviations": [0.5, 0.3], "count": 50,
            "referenceCount": 50 },
          "schedule": { "use": "variance-exploding", "sigmaMin": 0.02, "sigmaMax": 10 },
          "model": "exact-mixture",
          "grid": "karras",
          "solver": "heun",
          "steps": 8,
          "samples": 40,
          "metrics": ["sliced-wasserstein"],
          "sweep": { "axes": { "solver": ["euler", "euler-maruyama"], "steps": [3, 5] }, "repeats": 2 }
        }
        """;

    /// <summary>The components of all plugins, and of these tests.</summary>
    public static readonly ComponentCatalogue Catalogue = ComponentCatalogue.FromAssemblies(
        Directory.GetFiles(Path.Combine(Repository.Root, "plugins"), "*.csproj", SearchOption.AllDirectories)
            .Select(file => Assembly.Load(Path.GetFileNameWithoutExtension(file)))
            .Append(typeof(SweepBench).Assembly));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("diffusion-sweeps");
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().AddComponents(Catalogue).AddSingleton(TimeProvider.System)
        .BuildServiceProvider();

    public SweepBench() => File.WriteAllText(Manifest, Small);

    /// <summary>The manifest's file.</summary>
    public string Manifest => Path.Combine(_folder.FullName, "small.json");

    /// <summary>The results folder.</summary>
    public string Results => Path.Combine(_folder.FullName, "results");

    /// <summary>What runs are told to.</summary>
    public RecordingTracker Tracker { get; } = new();

    /// <summary>What runs use as their clock.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Builds components.</summary>
    public ComponentFactory Factory => _services.GetRequiredService<ComponentFactory>();

    /// <summary>The runs so far, newest last.</summary>
    public IReadOnlyList<RunFolder> Runs => [.. RunFolder.Runs(Results, "small").Reverse()];

    public void Dispose()
    {
        _services.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>The plan of the manifest.</summary>
    public ExperimentPlan Plan(params string[] sets) => ExperimentLoader.Load(Manifest, sets, Catalogue, Factory);

    /// <summary>Reads the frozen plan of a run.</summary>
    public static ExperimentPlan Thaw(RunFolder folder) => PlanFile.Read(folder.PlanFile).Thaw(Catalogue);

    /// <summary>Settings that track into <see cref="Tracker"/>.</summary>
    public RunSettings Settings => new() { Results = Results, TrackingStore = "memory" };

    /// <summary>Runs the manifest's plan.</summary>
    public Task<RunOutcome> RunAsync(params string[] sets) => RunAsync(Plan(sets));

    /// <summary>Runs a plan.</summary>
    public Task<RunOutcome> RunAsync(ExperimentPlan plan, Func<RunSettings, RunSettings>? settings = null, ILauncher? launcher = null) =>
        new ExperimentRunner(new(
            Factory, launcher ?? new InProcessLauncher(new() { Workers = 1 }), Tracker, new SilentObserver(), Clock, NullLoggerFactory.Instance))
            .RunAsync(plan, settings?.Invoke(Settings) ?? Settings, TestContext.Current.CancellationToken);

    /// <summary>What a run would do.</summary>
    public WorkPlan Decide(ExperimentPlan plan, Func<RunSettings, RunSettings>? settings = null) =>
        ExperimentRunner.Decide(plan, settings?.Invoke(Settings) ?? Settings, Factory, new(Factory));

    /// <summary>Every number of a run, to the last bit, by cell.</summary>
    public static IReadOnlyDictionary<string, string> Numbers(RunOutcome outcome) => outcome.Records.ToDictionary(
        record => record.Id.ToString(),
        record =>
            $"{record.Status} {record.Evaluations:R} "
                + $"{string.Join(' ', record.Metrics.Select(m => FormattableString.Invariant($"{m.Name}={m.Value:R}±{m.StandardError:R}")))} "
                + $"{Samples(outcome.Folder, record)}");

    /// <summary>The SHA-256 of the samples of a cell, "" where it has none.</summary>
    public static string Samples(RunFolder folder, CellRecord record) =>
        record.Samples is { } file
            ? Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(folder.Path, file))))
            : "";
}
