using System.Text.Json;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>A plugin that its author builds alone, against the DLLs of the host, works in that host without building the host again.</summary>
public sealed class ThirdPartyPluginTests : IDisposable
{
    private const string Manifest = """
        {
          "name": "stranger",
          "data": { "use": "gaussian-mixture", "weights": [0.3, 0.7], "means": [[-2], [1.5]], "standardDeviations": [0.5, 0.3], "count": 50, "referenceCount": 50 },
          "schedule": "variance-exploding",
          "model": "exact-mixture",
          "grid": "karras",
          "solver": "relaxed",
          "steps": 4,
          "samples": 20,
          "sweep": { "axes": { "solver.keep": [0, 1] } }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("diffusion-stranger").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_is_listed_described_and_swept()
    {
        string plugins = await PluginBuild.BuildAsync("ThirdParty.Plugin", _folder);
        HostResult list = await HostProcess.RunAsync(_folder, "plugins", "--json", "--plugins", plugins);
        Assert.Equal((0, ""), (list.ExitCode, list.Error));
        JsonElement component = Assert.Single(JsonDocument.Parse(list.Output).RootElement.GetProperty("components").EnumerateArray(), c => c.GetProperty("name").GetString() == "relaxed");
        Assert.Equal("ThirdParty.Plugin 7.1.0", $"{component.GetProperty("assemblyName")} {component.GetProperty("version")}");

        HostResult description = await HostProcess.RunAsync(_folder, "describe", "relaxed", "--plugins", plugins);
        Assert.Matches("keep +number +1 +between 0 and 1 +Share", description.Output);

        File.WriteAllText(Path.Combine(_folder, "stranger.json"), Manifest);
        HostResult run = await HostProcess.RunAsync(_folder, "run", "stranger.json", "--plugins", plugins, "--tracking", "none");
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(_folder, "results"), "cells", SearchOption.AllDirectories).Sum(cells => Directory.GetFiles(cells).Length));
    }

    [Fact]
    public async Task A_broken_neighbour_is_told_and_does_not_stop_the_host()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "broken"));
        File.WriteAllText(Path.Combine(_folder, "broken", "broken.dll"), "no DLL");
        HostResult list = await HostProcess.RunAsync(_folder, "plugins", "--plugins", Path.Combine(_folder, "broken"));
        Assert.Equal(0, list.ExitCode);
        Assert.Contains("ddim", list.Output, StringComparison.Ordinal);
        Assert.Equal($"{Path.Combine(_folder, "broken", "broken.dll")}: cannot be loaded: it is not a .NET assembly", list.Error.Trim());
    }
}
