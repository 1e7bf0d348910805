using System.Text.Json;

namespace Diffusion.EndToEnd.Tests;

/// <summary>A folder with the manifest of a sweep that takes a moment, and what it leaves; gone after the test.</summary>
public sealed class SmallSweep : IDisposable
{
    private const string Manifest = """
        {
          "name": "small",
          "seed": 3,
          "data": { "use": "gaussian-mixture", "weights": [0.3, 0.7], "means": [[-2], [1.5]], "standardDeviations": [0.5, 0.3], "count": 200,
            "referenceCount": 300 },
          "schedule": { "use": "variance-exploding", "sigmaMin": 0.02, "sigmaMax": 10 },
          "model": "exact-mixture",
          "grid": "karras",
          "solver": "heun",
          "steps": 8,
          "samples": 150,
          "metrics": ["energy-distance"],
          "sweep": { "axes": { "solver": ["euler", "heun"], "steps": [4, 8] }, "repeats": 2 }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("diffusion-small").FullName;

    /// <summary>Writes the manifest.</summary>
    public SmallSweep() => File.WriteAllText(Path.Combine(_folder, "small.json"), Manifest);

    /// <summary>The runs of the experiment, oldest first.</summary>
    public IReadOnlyList<string> Runs => Directory.Exists(Path.Combine(_folder, "results", "small"))
        ? [.. Directory.GetDirectories(Path.Combine(_folder, "results", "small")).Order(StringComparer.Ordinal)]
        : [];

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Full path of a file of the folder.</summary>
    public string At(string name) => Path.Combine(_folder, name);

    /// <summary>Runs a command in the folder.</summary>
    public Task<HostResult> DiffusionAsync(params string[] arguments) => HostProcess.RunAsync(_folder, arguments);

    /// <summary>Runs the manifest without tracking and without worker processes.</summary>
    public Task<HostResult> RunAsync(params string[] arguments) =>
        DiffusionAsync(["run", "small.json", "--tracking", "none", "--launcher", "in-process", .. arguments]);

    /// <summary>The JSON that a command prints.</summary>
    public async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        HostResult result = await DiffusionAsync([.. arguments, "--json"]);
        return result.ExitCode == 0 ? JsonDocument.Parse(result.Output).RootElement : throw new InvalidOperationException(result.Output + result.Error);
    }

    /// <summary>Cells of a run: id → record.</summary>
    public static Dictionary<string, JsonElement> Cells(string run) => Directory.GetFiles(Path.Combine(run, "cells")).ToDictionary(
        file => Path.GetFileNameWithoutExtension(file), file => JsonDocument.Parse(File.ReadAllText(file)).RootElement);
}
