using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Running;
using Diffusion.Experiments.Working;
using Diffusion.Trackers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Diffusion.Benchmarks.Sweeps;

/// <summary>
/// What a sweep costs beside its cells, as it grows: planning, the coordinator's part of each cell, tracking, running a finished sweep again.
/// </summary>
/// <remarks>Cells take no time here: a launcher writes their records. Each size is measured in a process of its own, so that its peak memory is its own.
/// TMPDIR says on which disk: on one that flushes slowly, what is measured is the disk.</remarks>
internal static class SweepScale
{
    private static readonly string[] Plugins = ["Data", "Grids", "Metrics", "Schedules", "ScoreModels", "Solvers", "Trackers"];
    private const int MostTracked = 10_000;

    private static readonly int[] Sizes = [100, 1_000, 10_000, 100_000];

    /// <summary>Measures every size and prints a table.</summary>
    public static void Run(string? chart)
    {
        List<SweepCost> costs = [.. Sizes.Select(MeasureApart)];
        Console.WriteLine(
            "| cells | plan, s | plan, peak MB | coordinator, ms a cell | with tracking, ms a cell | memory during the sweep, MB | finished again, s |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|");
        foreach (SweepCost cost in costs)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {cost.Cells} | {cost.PlanSeconds:f2} | {cost.PlanPeakMegabytes:f0} | {cost.CoordinatorMilliseconds:f2} | "
                    + $"{(cost.TrackedMilliseconds is { } tracked ? tracked.ToString("f2", CultureInfo.InvariantCulture) : "")} | {cost.MemoryEarly:f0} → "
                    + $"{cost.MemoryLate:f0} | {cost.AgainSeconds:f2} |"));
        }

        if (chart is not null)
            File.WriteAllText(chart, CostChart.Svg(costs));
    }

    /// <summary>Measures one size in this process and prints the result as JSON.</summary>
    public static async Task MeasureAsync(int cells)
    {
        string folder = Directory.CreateTempSubdirectory("diffusion-scale").FullName;
        try
        {
            Console.WriteLine(JsonSerializer.Serialize(await MeasureAsync(cells, folder).ConfigureAwait(false)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static SweepCost MeasureApart(int cells)
    {
        using Process process =
            Process.Start(new ProcessStartInfo("dotnet", [typeof(SweepScale).Assembly.Location, "sweep-size", $"{cells}"]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return JsonSerializer.Deserialize<SweepCost>(output) ?? throw new InvalidOperationException($"measuring {cells} cells failed");
    }

    private static async Task<SweepCost> MeasureAsync(int cells, string folder)
    {
        ComponentCatalogue catalogue = ComponentCatalogue.FromAssemblies(
            Plugins.Select(name => Assembly.Load($"Diffusion.{name}")));
        await using ServiceProvider services = new ServiceCollection().AddLogging().AddComponents(catalogue).AddSingleton(TimeProvider.System)
            .BuildServiceProvider();
        ComponentFactory factory = services.GetRequiredService<ComponentFactory>();
        string manifest = Path.Combine(folder, "scale.json");
        await File.WriteAllTextAsync(manifest, Manifest(cells)).ConfigureAwait(false);

        long begin = Stopwatch.GetTimestamp();
        ExperimentPlan plan = ExperimentLoader.Load(manifest, [], catalogue, factory);
        RunSettings settings = new() { Results = Path.Combine(folder, "results"), Tracked = false };
        int work = ExperimentRunner.Decide(plan, settings, factory, new PlanData(factory)).Work.Count();
        double planSeconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        double planPeak = PeakMegabytes();
        if (work != cells)
            throw new InvalidOperationException($"{work} cells are planned, not {cells}");

        InstantLauncher untracked = new(plan);
        await RunAsync(plan, settings, factory, untracked, new NoTracker()).ConfigureAwait(false);
        begin = Stopwatch.GetTimestamp();
        ExperimentPlan again = ExperimentLoader.Load(manifest, [], catalogue, factory);
        await RunAsync(again, settings, factory, new InstantLauncher(again), new NoTracker()).ConfigureAwait(false);
        double againSeconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;

        double? trackedMilliseconds = cells > MostTracked ? null : await TrackAsync(
            plan, settings with { Results = Path.Combine(folder, "tracked"), Tracked = true }, factory,
            catalogue).ConfigureAwait(false) / cells * 1e3;
        return new(
            cells, planSeconds, planPeak, untracked.EndedSeconds / cells * 1e3, trackedMilliseconds, untracked.MemoryEarly, untracked.MemoryLate, againSeconds);
    }

    private static async Task<double> TrackAsync(ExperimentPlan plan, RunSettings settings, ComponentFactory factory, ComponentCatalogue catalogue)
    {
        ComponentChoice choice = catalogue.Bind(
            ComponentKind.Tracker,
            "mlflow",
            new Dictionary<string, string?> { ["uri"] = $"sqlite:///{settings.Results}/mlflow.db" },
            "benchmark");
        InstantLauncher launcher = new(plan);
        long begin = Stopwatch.GetTimestamp();
        ITracker tracker = factory.Create<ITracker>(choice);
        await using (tracker.ConfigureAwait(false))
            await RunAsync(plan, settings, factory, launcher, tracker).ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(begin).TotalSeconds - launcher.WritingSeconds;
    }

    private static Task<RunOutcome> RunAsync(ExperimentPlan plan, RunSettings settings, ComponentFactory factory, ILauncher launcher, ITracker tracker) =>
        new ExperimentRunner(new(factory, launcher, tracker, new SilentObserver(), TimeProvider.System, NullLoggerFactory.Instance)).RunAsync(
            plan, settings, CancellationToken.None);

    private static string Manifest(int cells)
    {
        const int repeats = 10;
        string[] solvers = ["ddim", "euler", "heun", "dpm-2", "dpmpp-2m", "dpmpp-3m", "deis", "unipc", "euler-maruyama", "dpmpp-2m-sde"];
        return $$"""
            {
              "name": "scale", "data": { "use": "gaussian-mixture", "preset": "ring8", "count": 100, "referenceCount": 100 }, "schedule": "variance-exploding",
              "model": "exact-mixture",
              "grid": "karras", "solver": "ddim", "steps": 10, "samples": 100, "metrics": ["sliced-wasserstein"],
              "sweep": { "axes": { "solver": [{{string.Join(", ", solvers.Select(solver => $"\"{solver}\""))}}], "steps": { "range": [5,
                {{4 + (cells / solvers.Length / repeats)}}, 1] } }, "repeats": {{repeats}} }
            }
            """;
    }

    // The system's own high-water mark of resident memory.
    private static double PeakMegabytes() => Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;
}
