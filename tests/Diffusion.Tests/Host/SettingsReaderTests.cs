using Diffusion.Experiments.Manifests;
using Diffusion.Host.Settings;
using Xunit;

namespace Diffusion.Tests.Host;

/// <summary>Where settings come from and which of two wins.</summary>
[Collection(nameof(SettingsReaderTests))]
public sealed class SettingsReaderTests : IDisposable
{
    private static readonly Dictionary<string, string?> NoOverrides = [];

    private readonly DirectoryInfo _host = Directory.CreateTempSubdirectory("diffusion-settings");
    private readonly DirectoryInfo _current = Directory.CreateTempSubdirectory("diffusion-settings");
    private readonly List<string> _variables = [];

    public void Dispose()
    {
        foreach (string variable in _variables)
            Environment.SetEnvironmentVariable(variable, null);
        _host.Delete(recursive: true);
        _current.Delete(recursive: true);
    }

    private static void Write(DirectoryInfo folder, string text) => File.WriteAllText(Path.Combine(folder.FullName, "appsettings.json"), text);

    private void SetVariable(string name, string value)
    {
        _variables.Add(name);
        Environment.SetEnvironmentVariable(name, value);
    }

    private HostSettings Read(Dictionary<string, string?>? overrides = null) =>
        SettingsReader.Read([_host.FullName, _current.FullName], overrides ?? NoOverrides);

    private string AppSettings => Path.Combine(_current.FullName, "appsettings.json");

    private string Error() => Assert.Throws<InputException>(() => Read()).Message;

    [Fact]
    public void Everything_has_a_default()
    {
        HostSettings settings = Read();
        Assert.Equal(("results", null, null), (settings.ResultsFolder, settings.Tracking.Use, settings.Tracking.Uri));
        Assert.Equal((null, null), (settings.Threads, settings.Workers));
        Assert.Empty(settings.Plugins);
    }

    [Fact]
    public void The_current_folder_wins_over_the_hosts_the_environment_over_both_and_the_command_line_over_all()
    {
        Write(
            _host,
            """{ "Diffusion": { "ResultsFolder": "a", "Threads": 1, "Workers": 1, "Plugins": ["p"], "Tracking": { "Uri": "sqlite:///x.db" } }, "Other": 1 }""");
        Write(_current, """{ "Diffusion": { "ResultsFolder": "b", "Threads": 2 } }""");
        SetVariable("DIFFUSION__THREADS", "3");
        SetVariable("DIFFUSION__Tracking__Uri", "none");
        HostSettings settings = Read(new() { ["Threads"] = "4" });
        Assert.Equal(("b", 4, 1), (settings.ResultsFolder, settings.Threads, settings.Workers));
        Assert.Equal(["p"], settings.Plugins);
        Assert.Equal("none", settings.Tracking.Uri);
    }

    [Fact]
    public void A_launcher_takes_whatever_options_its_plugin_knows()
    {
        Assert.Equal("local", Read().Launcher.Use);
        Write(
            _current,
            """{ "Diffusion": { "Launcher": { "Use": "slurm", "Partition": "gpu", "Cpus": 4, "Follow": false, "Setup": ["module load a", "b"] } } }""");
        LauncherSettings launcher = Read(new() { ["Launcher:partition"] = "cpu" }).Launcher;
        Assert.Equal("slurm", launcher.Use);
        Assert.Equal(
            new Dictionary<string, string?> { ["Cpus"] = "4", ["Follow"] = "False", ["Partition"] = "cpu", ["Setup"] = """["module load a","b"]""" },
            launcher.Options.ToDictionary(option => option.Key == "partition" ? "Partition" : option.Key, option => option.Value));
    }

    [Fact]
    public void An_unknown_key_is_told_in_both_spellings()
    {
        SetVariable("DIFFUSION__RESULTFOLDER", "x");
        Assert.Equal(
            "environment variable DIFFUSION__RESULTFOLDER: unknown key 'Diffusion:RESULTFOLDER' (or DIFFUSION__RESULTFOLDER); "
                + "did you mean 'ResultsFolder'? (known: ConstructorTimeout, Launcher, Plugins, ResultsFolder, Threads, Tracking, Workers)",
            Error());
    }

    [Fact]
    public void An_unknown_key_of_a_section_is_told()
    {
        Write(_current, """{ "Diffusion": { "Tracking": { "Url": "x" } } }""");
        Assert.Equal(
            $"{AppSettings}:1:39 Tracking:Url: unknown key 'Diffusion:Tracking:Url' (or DIFFUSION__TRACKING__URL); did you mean 'Uri'? "
                + "(known: Cells, Uri, Use)",
            Error());
        Write(_current, """{ "Diffusion": { "Tracking": { "Cells": "some" } } }""");
        Assert.Equal($"{AppSettings}:1:41 Tracking:Cells: expected true or false, found 'some'", Error());
    }

    [Theory]
    [InlineData("Workers", "0", "a whole number from 1 to 1024, found '0'")]
    [InlineData("Workers", "\"two\"", "a whole number from 1 to 1024, found 'two'")]
    [InlineData("Threads", "1.5", "a whole number from 1 to 1024, found '1.5'")]
    [InlineData("Threads", "[1]", "a whole number from 1 to 1024, found a section or a list")]
    [InlineData("ConstructorTimeout", "true", "a number from 0.1 to 86400, found 'True'")]
    [InlineData("ResultsFolder", "{ \"a\": 1 }", "a text, found a section or a list")]
    [InlineData("Plugins", "\"p\"", "a list of texts, found 'p'")]
    [InlineData("Plugins", "[[\"p\"]]", "a list of texts, found a section or a list")]
    [InlineData("Tracking", "\"none\"", "a section with settings, found 'none'")]
    public void A_value_of_another_kind_is_told_with_its_place(string key, string value, string told)
    {
        Write(_host, """{ "Diffusion": { "ResultsFolder": "x" } }""");
        Write(_current, $"{{ // settings\n  \"Diffusion\": {{\n    \"{key}\": {value},\n  }} }}");
        Assert.Equal($"{AppSettings}:3:{key.Length + 9} {key}: expected {told}", Error());
    }

    [Fact]
    public void A_value_of_another_kind_is_told_with_its_variable()
    {
        Write(_current, """{ "Diffusion": { "Workers": 2 } }""");
        SetVariable("DIFFUSION__WORKERS", "two");
        Assert.Equal("environment variable DIFFUSION__WORKERS: expected a whole number from 1 to 1024, found 'two'", Error());
    }

    [Theory]
    [InlineData("{ \"Diffusion\": \n", 2, 1)]
    [InlineData("{\n  \"Diffusion\": { \"Workers\" 2 } }", 2, 28)]
    [InlineData("nonsense", 1, 2)]
    public void A_file_that_is_not_JSON_is_told_with_its_place(string text, int line, int column)
    {
        Write(_current, text);
        Assert.StartsWith($"{AppSettings}:{line}:{column} is not valid JSON: ", Error(), StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", Error(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_holds_no_object_is_told_with_its_name()
    {
        Write(_current, "[1]");
        Assert.StartsWith($"{AppSettings}: ", Error(), StringComparison.Ordinal);
        Write(_current, " ");
        Assert.Equal($"{AppSettings} is empty", Error());
    }
}
