using System.Text.Json;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>A plugin that its author builds alone, against the DLLs of the host, works in that host without building the host again.</summary>
public sealed class ThirdPartyPluginTests : IDisposable
{
    private const string Manifest = """
        {
          "name": "stranger",
          "data": { "use": "gaussian-mixture", "weights": [0.3, 0.7], "means": [[-2], [1.5]], "standardDeviations": [0.5, 0.3], "count": 50,
            "referenceCount": 50 },
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
        JsonElement component = Assert.Single(
            JsonDocument.Parse(list.Output).RootElement.GetProperty("components").EnumerateArray(), c => c.GetProperty("name").GetString() == "relaxed");
        Assert.Equal("ThirdParty.Plugin 7.1.0", $"{component.GetProperty("assemblyName")} {component.GetProperty("version")}");

        HostResult description = await HostProcess.RunAsync(_folder, "describe", "relaxed", "--plugins", plugins);
        Assert.Matches("keep +number +1 +between 0 and 1 +Share", description.Output);

        File.WriteAllText(Path.Combine(_folder, "stranger.json"), Manifest);
        HostResult run = await HostProcess.RunAsync(_folder, "run", "stranger.json", "--plugins", plugins, "--tracking", "none");
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(
            2, Directory.GetDirectories(Path.Combine(_folder, "results"), "cells", SearchOption.AllDirectories).Sum(cells => Directory.GetFiles(cells).Length));
    }

    [Theory]
    [InlineData("in-process", 1)]
    [InlineData("local", 2)]
    public async Task Its_metric_is_given_services_one_a_process_and_one_a_cell_whose_events_reach_the_runs_log(string launcher, int most)
    {
        string plugins = await PluginBuild.BuildAsync("ThirdParty.Plugin", _folder);
        File.WriteAllText(
            Path.Combine(_folder, "stranger.json"),
            Manifest.Replace("\"samples\": 20,", "\"samples\": 20, \"metrics\": [\"spread-ratio\"],", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(_folder, "appsettings.json"), """{ "ThirdParty": { "Unit": "cubits" } }""");
        HostResult run = await HostProcess.RunAsync(
            _folder, "run", "stranger.json", "--plugins", plugins, "--tracking", "none", "--launcher", launcher, "--workers", "2");
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal("", run.Error);
        Assert.DoesNotContain("cubits", run.Output, StringComparison.Ordinal);
        string folder = Assert.Single(Directory.GetDirectories(Path.Combine(_folder, "results", "stranger")));
        string[] cells = [.. Directory.GetFiles(Path.Combine(folder, "cells"))
            .Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Order(StringComparer.Ordinal)];
        JsonElement[] events = [.. File.ReadAllLines(Path.Combine(folder, "log.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
        JsonElement[] From(string source) =>
            [.. events.Where(e => e.TryGetProperty("SourceContext", out JsonElement context) && context.GetString() == $"ThirdParty.Plugin.{source}")];
        string run1 = $"stranger/{Path.GetFileName(folder)}";

        // The cache is one for the process: as many computations as processes that measured.
        JsonElement[] computed = From("ReferenceSpreads");
        Assert.InRange(computed.Length, 1, most);
        Assert.All(computed, e =>
        {
            Assert.EndsWith("cubits\"", e.GetProperty("@m").GetString(), StringComparison.Ordinal);
            Assert.Equal((run1, "metric/spread-ratio"), (e.GetProperty("Run").GetString(), e.GetProperty("Component").GetString()));
            Assert.Contains(e.GetProperty("Cell").GetString()!, cells);
        });

        // The notes are each cell's own, and disposed with it.
        ILookup<bool, JsonElement> notes = From("CellNotes").ToLookup(e => e.TryGetProperty("Cell", out _));
        Assert.Equal(cells, notes[true].Select(e => e.GetProperty("Cell").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(notes[true], e => Assert.Equal(1, e.GetProperty("Notes").GetInt32()));
        // Planning asks the metric whether it can be computed, in a scope of its own.
        Assert.All(notes[false], e => Assert.Equal(0, e.GetProperty("Notes").GetInt32()));
    }

    [Fact]
    public async Task Levels_and_sinks_are_a_matter_of_settings_in_workers_too()
    {
        string plugins = await PluginBuild.BuildAsync("ThirdParty.Plugin", _folder);
        File.WriteAllText(
            Path.Combine(_folder, "stranger.json"),
            Manifest.Replace("\"samples\": 20,", "\"samples\": 20, \"metrics\": [\"spread-ratio\"],", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(_folder, "appsettings.json"), """
            { "Serilog": {
                "MinimumLevel": { "Default": "Warning", "Override": { "ThirdParty.Plugin.CellNotes": "Information" } },
                "WriteTo": [{ "Name": "File", "Args": { "path": "more.txt", "shared": true } }] } }
            """);
        string[] command = ["run", "stranger.json", "--plugins", plugins, "--tracking", "none", "--workers", "1"];
        HostResult run = await HostProcess.RunAsync(_folder, command);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        string folder = Assert.Single(Directory.GetDirectories(Path.Combine(_folder, "results", "stranger")));
        Assert.All(
            File.ReadAllLines(Path.Combine(folder, "log.jsonl")),
            line => Assert.Equal("ThirdParty.Plugin.CellNotes", JsonDocument.Parse(line).RootElement.GetProperty("SourceContext").GetString()));
        Assert.Equal(2, File.ReadAllLines(Path.Combine(_folder, "more.txt")).Count(line => line.Contains("took 1 notes in", StringComparison.Ordinal)));

        File.WriteAllText(Path.Combine(_folder, "appsettings.json"), """{ "Serilog": { "MinimumLevel": "Loud" } }""");
        HostResult refused = await HostProcess.RunAsync(_folder, command);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("settings Serilog: ", refused.Error, StringComparison.Ordinal);
        SweepFolder.AssertCalm(refused);

        File.Delete(Path.Combine(_folder, "appsettings.json"));
        HostResult talkative = await HostProcess.RunAsync(_folder, [.. command, "--fresh", "-v", "--launcher", "in-process"]);
        Assert.Contains("information: The cell took 1 notes in ", talkative.Output + talkative.Error, StringComparison.Ordinal);
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
