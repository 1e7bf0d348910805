using System.Text.Json.Nodes;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Xunit;

namespace Diffusion.Tests.Running;

/// <summary>
/// Thousands of changed manifests: each is refused with a place and a reason, or means what it says. What is only written otherwise gives the same plan, and
/// what runs gives the numbers that an independent reading of the same text gives.
/// </summary>
[Trait("Category", "Slow")]
public sealed class ManifestFuzzTests : IDisposable
{
    private const int Manifests = 6000;
    private const int RunEvery = 8;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private static readonly JsonObject[] Sound =
    [
        .. new[]
        {
            SweepBench.Small,
            """
            {
              "name": "plane", "description": "two dimensions, in float64", "seed": 5, "dtype": "float64", "batch": 16,
              "data": { "use": "gaussian-mixture", "weights": [1, 3], "means": [[0, 1], [2, -1]], "standardDeviations": [0.5, 0.25], "count": 30,
                "referenceCount": 40, "seed": 2 },
              "schedule": { "use": "vp", "betaMin": 0.1, "betaMax": 15 },
              "model": "exact-mixture", "grid": { "use": "uniform", "end": "zero" }, "solver": { "use": "ddim", "eta": 0.5 }, "steps": 6, "samples": 30,
              "metrics": ["energy-distance", { "use": "sliced-wasserstein", "order": 1, "projections": 16 }],
              "sweep": { "axes": { "solver.eta": [0, 0.25, 1] } }
            }
            """,
            """
            {
              "name": "rows", "seed": 9,
              "data": { "use": "gaussian-mixture", "means": [[-1], [1]], "standardDeviations": [0.3], "count": 25, "referenceCount": 25 },
              "schedule": "edm", "model": "empirical", "grid": { "use": "karras", "rho": 5 }, "solver": { "use": "dpmpp-2m", "lowerOrderFinal": true },
              "steps": 5, "samples": 20,
              "metrics": ["mmd"],
              "sweep": { "axes": { "grid": ["karras", "log-snr", { "use": "karras", "rho": 3 }], "seed": [1, 2] }, "repeats": 2 }
            }
            """,
        }.Select(text => JsonNode.Parse(text)!.AsObject()),
    ];

    private readonly SweepBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Mutated_manifests_are_refused_with_a_place_or_mean_what_they_say()
    {
        Random random = new(20270117);
        ManifestMutator mutator = new(random);
        Dictionary<JsonObject, HashSet<string>> keys = Sound.ToDictionary(manifest => manifest, manifest => Keys(Load(manifest.ToJsonString()).Plan!));
        List<string> faults = [];
        int bound = 0, compared = 0;
        for (int i = 0; i < Manifests && faults.Count < 20; i++)
        {
            JsonObject sound = Sound[random.Next(Sound.Length)];
            int kind = random.Next(10);
            string text = kind switch { < 3 => mutator.Respell(sound), < 7 => mutator.Change(sound), 7 => mutator.Spoil(sound), _ => mutator.Damage(sound) };
            (ExperimentPlan? plan, string? refusal, string? fault) = Load(text);
            if (fault is not null)
                faults.Add($"{fault}\n{text}");
            if (kind < 3 && (plan is null || !keys[sound].SetEquals(Keys(plan))))
                faults.Add($"written otherwise, the plan is {(plan is null ? $"refused: {refusal}" : "another")}:\n{text}");
            if (plan is null)
                continue;
            bound++;
            if (bound % RunEvery == 0 && IsSmall(plan) && await CompareAsync(plan, text) is { } outcome)
            {
                compared++;
                if (outcome.Length > 0)
                    faults.Add($"{outcome}\n{text}");
            }
        }

        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
        TestContext.Current.SendDiagnosticMessage($"{Manifests} manifests: {bound} bound, {compared} ran and were compared");
        Assert.True(bound >= 0.3 * Manifests, $"{bound} of {Manifests} manifests bind");
        Assert.True(compared >= 0.05 * Manifests, $"{compared} of {Manifests} manifests ran");
    }

    private (ExperimentPlan? Plan, string? Refusal, string? Fault) Load(string text)
    {
        File.WriteAllText(_bench.Manifest, text);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        (ExperimentPlan? Plan, string? Refusal, string? Fault) result;
        try
        {
            result = (_bench.Plan(), null, null);
        }
        catch (InputException e)
        {
            bool isPlaced = e is ManifestException { Problems: var problems }
                ? problems.All(p => p.Line > 0 && p.Column > 0 && p.Message.Length > 0)
                : e.Message.Contains(_bench.Manifest, StringComparison.Ordinal);
            result = (null, e.Message, isPlaced && !e.Message.Contains("   at ", StringComparison.Ordinal) ? null : $"refused without a place: {e.Message}");
        }
        catch (Exception e)
        {
            result = (null, null, $"{e}");
        }

        TimeSpan used = Environment.CpuUsage.TotalTime - before;
        return used < Longest ? result : (result.Plan, result.Refusal, $"took {used.TotalSeconds:f1} s");
    }

    // The order of the axes, which is that of the text, decides in which order cells stand and nothing else.
    private static HashSet<string> Keys(ExperimentPlan plan) => [.. plan.Cells.Select(cell => cell.Key)];

    // What is changed to ask for much is planned, not run.
    private static bool IsSmall(ExperimentPlan plan) => plan.Cells.Count <= 24 && plan.Cells.All(cell =>
        cell.Experiment.Samples * (double)cell.Experiment.Steps <= 4000
            && cell.Experiment.Data.Options is Diffusion.Data.GaussianMixtureDataOptions { Count: <= 500, ReferenceCount: <= 500 }
            && !cell.Experiment.Model.Descriptor.IsTrainable);

    /// <returns>What differs, "" for nothing; null where there is nothing to compare.</returns>
    private async Task<string?> CompareAsync(ExperimentPlan plan, string text)
    {
        RunOutcome outcome;
        try
        {
            outcome = await _bench.RunAsync(plan, settings => settings with { Fresh = true });
        }
        catch (Exception e) when (e is InputException or InvalidDataException)
        {
            // No cell can run.
            return null;
        }

        try
        {
            if (outcome.Records.Any(record => record.Status is not CellStatus.Done))
                return outcome.Records.FirstOrDefault(record => string.IsNullOrEmpty(record.Error) && record.Status is not CellStatus.Done) is { } silent
                    ? $"{silent.Status} without a reason"
                    : null;
            HashSet<string> numbers = [.. outcome.Records.Select(record => FormattableString.Invariant($"{record.Evaluations:R} ")
                + FormattableString.Invariant($"{string.Join(' ', record.Metrics.Select(m => FormattableString.Invariant($"{m.Name}={m.Value:R}")))} ")
                + FormattableString.Invariant($"{SweepBench.Samples(outcome.Folder, record)}"))];
            if (ManifestReading.Numbers(text, SweepBench.Catalogue) is not { } expected)
                return null;
            return numbers.SetEquals(expected) ? "" : $"it gives\n{string.Join('\n', numbers)}\nand an independent reading\n{string.Join('\n', expected)}";
        }
        finally
        {
            Directory.Delete(outcome.Folder.Path, recursive: true);
        }
    }
}
