using System.Security.Cryptography;
using System.Text;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Tests.Components;
using Diffusion.Tests.Manifests;
using Xunit;

namespace Diffusion.Tests.Planning;

/// <summary>
/// The keys of every stage of every manifest in <c>experiments/</c>, of manifests that state what those do not, and of every shipped component with its
/// defaults, as <c>manifest-keys.txt</c> has them. Results are found by key, so a line that changes makes stored results unfindable: whoever changes one says
/// why in a decision record. With DIFFUSION_UPDATE_SNAPSHOTS=1 the test writes the file instead of comparing.
/// </summary>
public sealed class ManifestKeysTests
{
    private const string Learning = """
        "data": { "use": "gaussian-mixture", "means": [[-1, 0], [1, 0.5]], "standardDeviations": [0.4, 0.6], "count": 200 },
        "schedule": { "use": "variance-exploding", "sigmaMin": 0.05, "sigmaMax": 10 },
        "model": { "use": "mlp", "width": 8 }, "loss": "noise-prediction", "grid": "karras", "solver": "heun", "samples": 10
        """;

    private const string Exact = """
        "data": { "use": "gaussian-mixture", "means": [[-1, 0], [1, 0.5]], "standardDeviations": [0.4, 0.6], "count": 200 },
        "schedule": "variance-exploding", "model": "exact-mixture", "grid": "karras", "samples": 10
        """;

    private static readonly string File = Path.Combine(Repository.Root, "tests", "Diffusion.Tests", "Planning", "manifest-keys.txt");

    // What the shipped experiments leave at its default, each said once.
    private static readonly (string Name, string Text)[] Odd =
    [
        ("training defaults", $$"""{ {{Learning}}, "steps": 5, "training": {} }"""),
        (
            "training without defaults",
            $$"""
            { {{Learning}}, "steps": 5, "training": { "steps": 7, "batchSize": 9, "optimizer": "adamw", "learningRate": 1e-4, "weightDecay": 0.01, "ema": 0,
              "gradientClip": 0, "stratified": false, "seed": 77, "schedule": "cosine", "weighting": { "use": "min-snr", "gamma": 3 },
              "timeSampler": "logit-normal" } }
            """),
        (
            "training of every weighting",
            $$"""
            { {{Learning}}, "steps": 5, "training": {}, "sweep": { "axes": { "training.weighting": [null, "edm", "snr"], "training.seed": [null, 3],
              "training.schedule": [null, "edm"] } } }
            """),
        (
            "root without defaults",
            $$"""
            { {{Exact}}, "name": "odd", "description": "said", "solver": "ddim", "steps": 12, "seed": 9007199254740993, "batch": 100, "noise": "independent",
              "dtype": "float64", "metrics": ["mmd", "energy-distance"] }
            """),
        // The keys of results that were stored before repeats drew references of their own.
        (
            "root with a shared reference",
            $$"""
            { {{Exact}}, "name": "odd", "description": "said", "solver": "ddim", "steps": 12, "seed": 9007199254740993, "batch": 100, "noise": "independent",
              "dtype": "float64", "reference": "shared", "metrics": ["mmd", "energy-distance"] }
            """),
        ("budgets", $$"""{ {{Exact}}, "nfe": 8, "sweep": { "axes": { "solver": ["euler", "heun", "dpm-adaptive"], "nfe": [7, 8] }, "repeats": 2 } }"""),
        ("several networks", $$"""{ {{Learning}}, "steps": 5, "training": {}, "sweep": { "repeats": { "sampling": 2, "training": 3 } } }"""),
        ("kept states", $$"""{ {{Exact}}, "steps": 5, "solver": "euler", "keep": { "times": [0.5, { "sigma": 2 }], "every": 2 } }"""),
        ("unbounded", $$"""{ {{Exact}}, "steps": 3, "solver": "edm-stochastic" }"""),
        (
            "zeros and large numbers",
            $$"""{ {{Exact}}, "steps": 3, "solver": { "use": "edm-stochastic", "churn": 1e5, "noiseToSignalMin": -0.0, "noiseToSignalMax": 1e20 } }"""),
        (
            "values of every kind",
            $$"""
            { {{Exact}}, "solver": "ddim", "steps": 4, "sweep": { "axes": { "steps": { "range": [1, 3, 1] }, "solver.eta": { "range": [0.1, 0.7, 0.1] },
              "schedule.sigmaMax": { "random": { "uniform": [1, 100], "count": 4, "seed": 3 } } }, "exclude": [{ "steps": 2, "solver.eta": [0.1, 0.2] }] } }
            """),
        (
            "zips, conditions and unions",
            $$"""
            { {{Exact}}, "steps": 4, "solver": "euler", "sweep": { "axes": { "solver": ["euler", "ddim"] }, "when": [{ "if": { "solver": "ddim" },
              "axes": { "solver.eta": [0, 1] } }], "union": [{ "zip": { "both": { "steps": [1, 2], "grid": ["karras", "uniform"] } } },
              { "axes": { "steps": [9] } }] } }
            """),
    ];

    private static IEnumerable<string> Lines()
    {
        string folder = Path.Combine(Repository.Root, "experiments");
        foreach (string manifest in Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories)
            .Where(f => !f.EndsWith(".schema.json", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal))
        {
            foreach (string line in Lines(Path.GetRelativePath(folder, manifest).Replace('\\', '/'), ShippedComponents.Plan(manifest)))
                yield return line;
        }

        using ManifestFolder odd = new();
        foreach ((string name, string text) in Odd)
        {
            foreach (string line in Lines(name, ShippedComponents.Plan(odd.Write("odd.json", text))))
                yield return line;
        }

        foreach (ComponentDescriptor component in ShippedComponents.Catalogue.All)
            yield return $"{component.Title}: {Defaults(component)}";
    }

    // Some need an option; the manifests above state a few of those.
    private static string Defaults(ComponentDescriptor component)
    {
        try
        {
            return Digest([ShippedComponents.Catalogue.Bind(component.Kind, component.Name, new Dictionary<string, string?>(), "defaults").CanonicalJson]);
        }
        catch (ManifestException)
        {
            return "needs options";
        }
    }

    private static IEnumerable<string> Lines(string name, ExperimentPlan plan)
    {
        yield return $"{name}: {plan.Cells.Count} cells, plan {plan.Key}";
        foreach (string data in plan.Cells.Select(cell => $"{cell.DataKey}").Distinct())
            yield return $"  data {data}";
        foreach (string training in plan.Cells.Where(cell => cell.TrainingKey is not null).Select(cell => $"{cell.TrainingKey}").Distinct())
            yield return $"  training {training}";
        // Cells are many: one line for every sixteen, so that a change shows where it is.
        foreach (ExperimentCell[] some in plan.Cells.Chunk(16))
            yield return $"  cells from {some[0].Index}: {Digest(some.Select(cell => $"{cell.Key}"))} samples "
                + $"{Digest(some.Select(cell => $"{cell.SamplingKey}"))}";
    }

    private static string Digest(IEnumerable<string> keys) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', keys))))[..16];

    [Fact]
    public void Every_manifest_and_component_keeps_its_keys()
    {
        string[] lines = [.. Lines()];
        if (Environment.GetEnvironmentVariable("DIFFUSION_UPDATE_SNAPSHOTS") == "1")
            System.IO.File.WriteAllText(File, string.Concat(lines.Select(line => $"{line}\n")));
        Assert.Equal(System.IO.File.ReadAllLines(File), lines);
    }
}
