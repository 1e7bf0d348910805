using System.Text.RegularExpressions;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>Constructors that throw, crash, leave or never return cost a line each; no command ends unnamed or as though all were well.</summary>
[Trait("Category", "Slow")]
public sealed class UnbuildableComponentTests : IClassFixture<MisbehavingPlugin>, IDisposable
{
    private readonly SweepFolder _folder = new();
    private readonly MisbehavingPlugin _plugin;

    public UnbuildableComponentTests(MisbehavingPlugin plugin)
    {
        _plugin = plugin;
        _folder.Write("small.json", Sweeps.Small);
    }

    private string Dll => Path.Combine(_plugin.Plugins, "Misbehaving.Plugin", "Misbehaving.Plugin.dll");

    public void Dispose() => _folder.Dispose();

    // A cache of its own for each test, so that the plugin is tried in it; and little patience with what sleeps.
    private Task<HostResult> DiffusionAsync(params string[] arguments) => HostProcess.RunAsync(
        _folder.Path,
        new Dictionary<string, string> { ["XDG_CACHE_HOME"] = _folder.At("cache"), ["DIFFUSION__CONSTRUCTORTIMEOUT"] = "4" },
        [.. arguments, "--plugins", _plugin.Plugins]);

    private string[] LeftOut =>
    [
        .. new[]
        {
            ("bottomless", "overflows the stack"),
            ("crashing", "ends the process with SIGABRT"),
            ("leaving", "ends the process with exit code 0"),
            ("sleeping", "does not return within 4 s"),
        }
            .Select(bad => $"solver '{bad.Item1}' (Misbehaving.Plugin 1.0.0, {Dll}): its constructor {bad.Item2}; it is left out"),
    ];

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public async Task What_would_take_the_program_down_is_one_line_and_the_rest_of_its_DLL_goes_on()
    {
        HostResult first = await DiffusionAsync("plugins");
        Assert.Equal(0, first.ExitCode);
        Assert.Equal(LeftOut, Lines(first.Error));
        Assert.Matches("solver +misbehaving +Misbehaving.Plugin", first.Output);
        Assert.Matches("solver +unlicensed +Misbehaving.Plugin", first.Output);
        Assert.Matches("solver +ddim ", first.Output);

        // The verdict is kept: what slept for four seconds is not tried again, or a new verdict would be written.
        string verdict = Assert.Single(Directory.GetFiles(_folder.At("cache"), "*.json", SearchOption.AllDirectories));
        DateTime written = File.GetLastWriteTimeUtc(verdict);
        HostResult again = await DiffusionAsync("plugins");
        Assert.Equal((first.Output, first.Error), (again.Output, again.Error));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Assert.Single(Directory.GetFiles(_folder.At("cache"), "*.json", SearchOption.AllDirectories))));

        // One that is damaged is made anew.
        await File.WriteAllTextAsync(verdict, "{", TestContext.Current.CancellationToken);
        Assert.Equal(LeftOut, Lines((await DiffusionAsync("plugins")).Error));
        await _folder.DesertedAsync();
    }

    [Fact]
    public async Task No_command_is_taken_down()
    {
        string[] refused = ["bottomless", "crashing", "leaving", "sleeping"];
        foreach (string name in refused)
        {
            HostResult described = await DiffusionAsync("describe", name);
            Assert.Equal(2, described.ExitCode);
            Assert.Contains($"solver '{name}' (Misbehaving.Plugin", described.Error, StringComparison.Ordinal);
        }

        HostResult certified = await DiffusionAsync("certify", "unlicensed", "grid/uniform", "--quick");
        Assert.Equal(1, certified.ExitCode);
        Assert.Contains(
            $"solver unlicensed: solver 'unlicensed' (Misbehaving.Plugin 1.0.0, {Dll}): its constructor threw: no licence key",
            certified.Error,
            StringComparison.Ordinal);
        Assert.Matches(@"\n(\d+) of \1 certificates hold\.\n1 of the components could not be measured\.\n$", certified.Error);

        string[] axes = ["--set", """sweep.axes.solver=["euler","unlicensed"]""", "--set", "sweep.repeats=1"];
        HostResult planned = await DiffusionAsync(["plan", "small.json", .. axes]);
        Assert.Equal(1, planned.ExitCode);
        Assert.Contains($"solver 'unlicensed' (Misbehaving.Plugin 1.0.0, {Dll}): its constructor threw: no licence key", Lines(planned.Error));

        HostResult run = await DiffusionAsync(["run", "small.json", "--tracking", "none", .. axes]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("2 failed and 0 diverged of 4 cells", run.Error, StringComparison.Ordinal);
        SweepFolder.AssertCalm(run);
        await _folder.DesertedAsync();
    }

    [Theory]
    [InlineData("exit-when-made", "^a component ended the process during solver 'misbehaving' .*: its constructor$")]
    [InlineData("sleep-when-made", "^solver 'misbehaving' .*: its constructor has not returned for [45] s; the program ends.$")]
    [InlineData("sleep-when-asked", "^solver 'misbehaving' .*: finding out whether it can be used has not returned for [45] s; the program ends.$")]
    [InlineData("sleep-when-disposed", "^solver 'misbehaving' .*: its disposal has not returned for [45] s; the program ends.$")]
    public async Task A_constructor_that_misbehaves_with_some_options_only_is_named_and_the_exit_code_is_never_0(string how, string line)
    {
        foreach (string command in new[] { "plan", "run" })
        {
            HostResult result = await DiffusionAsync(
                command, "small.json", "--tracking", "none", "--set", $$"""sweep.axes.solver=["euler",{"use":"misbehaving","how":"{{how}}"}]""");
            Assert.True(result.ExitCode == 2, result.Output + result.Error);
            Assert.Contains(Lines(result.Error), said => Regex.IsMatch(said, line));
            SweepFolder.AssertCalm(result);
        }

        await _folder.DesertedAsync();
    }

    [Theory]
    [InlineData(
        "exit",
        2,
        @"^a component ended the process during Misbehaving.Plugin 1.0.0 \(.*Misbehaving.Plugin.dll\): its start-up Misbehaving.Plugin.Startup$")]
    [InlineData(
        "sleep",
        2,
        @"^Misbehaving.Plugin 1.0.0 \(.*Misbehaving.Plugin.dll\): its start-up Misbehaving.Plugin.Startup has not returned for [45] s; the program ends.$")]
    [InlineData("throw", 0, "its start-up Misbehaving.Plugin.Startup threw: no such server; what it registers is left out$")]
    public async Task A_start_up_that_misbehaves_with_some_settings_only_is_named(string how, int code, string line)
    {
        HostResult result = await HostProcess.RunAsync(
            _folder.Path,
            new Dictionary<string, string>
            {
                ["XDG_CACHE_HOME"] = _folder.At("cache"),
                ["DIFFUSION__CONSTRUCTORTIMEOUT"] = "4",
                ["MISBEHAVING__STARTUP"] = how,
            },
            "describe", "ddim", "--plugins", _plugin.Plugins);
        Assert.True(result.ExitCode == code, result.Output + result.Error);
        Assert.Contains(Lines(result.Error), said => Regex.IsMatch(said, line));
        SweepFolder.AssertCalm(result);
        await _folder.DesertedAsync();
    }
}
