using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>Several manifests, and folders of them, in one command.</summary>
public sealed class SeveralManifestsTests : IDisposable
{
    private const string Claims = """
        "expect": [{ "claim": "less", "metric": "energy-distance", "left": { "solver": "euler" }, "right": { "solver": "heun" }, "where": { "steps": 4 } },
          { "claim": "value", "metric": "energy-distance", "atMost": {0} }]
        """;

    private readonly SmallSweep _sweep = new();

    public SeveralManifestsTests()
    {
        Write("papers/a.json", "a", Claims.Replace("{0}", "100", StringComparison.Ordinal));
        Write("papers/b.json", "b", Claims.Replace("{0}", "1e-6", StringComparison.Ordinal));
        // What lies beside manifests and is none.
        File.WriteAllText(_sweep.At("papers/x.schema.json"), "{}");
        File.WriteAllText(_sweep.At("papers/notes.md"), "");
    }

    public void Dispose() => _sweep.Dispose();

    private void Write(string file, string name, string rest)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_sweep.At(file))!);
        File.WriteAllText(_sweep.At(file), $$"""{ "extends": "../small.json", "name": "{{name}}", "sweep": { "repeats": 8 }, {{rest}} }""");
    }

    private Task<HostResult> RunAsync(params string[] arguments) =>
        _sweep.DiffusionAsync(["run", .. arguments, "--tracking", "none", "--launcher", "in-process"]);

    [Fact]
    public async Task They_run_one_after_the_other_and_end_with_one_table_of_claims()
    {
        HostResult result = await RunAsync("papers", "small.json");
        Assert.Equal(1, result.ExitCode);
        foreach (string heading in new[] { "a (1 of 3, papers/a.json)", "b (2 of 3, papers/b.json)", "small (3 of 3, small.json)" })
            Assert.Contains(heading, result.Output, StringComparison.Ordinal);
        string end = result.Output[result.Output.IndexOf("All claims:", StringComparison.Ordinal)..];
        Assert.Contains("4 claims: 3 held, 1 FAILED.", end, StringComparison.Ordinal);
        Assert.Matches(@"\na +energy-distance of euler < heun, where steps 4 +held", end);
        Assert.Matches(@"\nb +energy-distance ≤ 1e-06 +FAILED", end);
        Assert.DoesNotContain("\nClaims:", result.Output, StringComparison.Ordinal);
        Assert.Contains("1 of 4 claims has failed.", result.Error, StringComparison.Ordinal);

        // A run's folder is a run among manifests, as before, and what has run is kept.
        string run = Directory.GetDirectories(_sweep.At("results/a"))[0];
        HostResult again = await RunAsync(run, "papers/a.json", "papers/a.json");
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("a (2 of 2, papers/a.json)", again.Output, StringComparison.Ordinal);
        Assert.Single(Directory.GetDirectories(_sweep.At("results/a")));
    }

    [Fact]
    public async Task A_mistake_in_one_is_told_before_any_runs()
    {
        Write("papers/c.json", "c", "\"samples\": 0");
        Write("papers/d.json", "d", "\"stepz\": 1");
        HostResult result = await RunAsync("papers");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("papers/c.json:1:", result.Error, StringComparison.Ordinal);
        Assert.Contains("papers/d.json:1:", result.Error, StringComparison.Ordinal);
        File.Delete(_sweep.At("papers/c.json"));
        Write("papers/d.json", "d", """ "expect": [{ "claim": "value", "metric": "nothing", "atMost": 1 }] """);
        HostResult undecidable = await RunAsync("papers");
        Assert.Equal(2, undecidable.ExitCode);
        Assert.Contains("unknown value 'nothing'", undecidable.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_sweep.At("results")));
    }

    [Fact]
    public async Task A_folder_without_manifests_is_refused()
    {
        Directory.CreateDirectory(_sweep.At("empty"));
        HostResult result = await RunAsync("empty");
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith(
            "'empty' is neither the folder of a run, which holds run.json and plan.jsonl, nor one of manifests: it holds no .json file", result.Error,
            StringComparison.Ordinal);
    }
}
