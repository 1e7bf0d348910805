using System.Text.Json;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>Manifests that claim something, as a user runs and checks them.</summary>
public sealed class ClaimTests : IDisposable
{
    private const string Held = """{"claim":"less","metric":"energy-distance","left":{"solver":"euler"},"right":{"solver":"heun"},"where":{"steps":4}}""",
        Failed = """{"claim":"value","metric":"energy-distance","where":{"solver":"euler","steps":4},"atLeast":5}""",
        Undecided = """{"claim":"equivalent","metric":"energy-distance","left":{"solver":"heun","steps":8},"right":"exact-sampler","within":1e-9}""";

    private readonly SmallSweep _sweep = new();

    public void Dispose() => _sweep.Dispose();

    private Task<HostResult> RunAsync(string claims, params string[] arguments) =>
        _sweep.RunAsync(["--set", "sweep.repeats=6", "--set", $"expect=[{claims}]", .. arguments]);

    [Fact]
    public async Task The_exit_code_says_whether_claims_hold()
    {
        HostResult held = await RunAsync(Held);
        Assert.True(held.ExitCode == 0, held.Output + held.Error);
        Assert.Contains("Claims:\n1 claim: 1 held.", held.Output, StringComparison.Ordinal);
        Assert.Matches(@"energy-distance of euler < heun, where steps 4 +held +-0\.\d+ +-0\.\d+ to -0\.\d+ \(95 %\) +< 0 +6\n", held.Output);
        Assert.Contains("claims.json", held.Output, StringComparison.Ordinal);
        Assert.Empty(held.Error);

        HostResult undecided = await RunAsync($"{Held},{Undecided}");
        Assert.Equal(0, undecided.ExitCode);
        Assert.Contains(
            "1 of 2 claims is undecided; 'would decide' says what is missing, and --strict counts it as a failure.", undecided.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync($"{Held},{Undecided}", "--strict")).ExitCode);

        HostResult failed = await RunAsync($"{Held},{Failed}");
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("1 of 2 claims has failed.", failed.Error, StringComparison.Ordinal);
        // Other claims compute nothing.
        Assert.Single(_sweep.Runs);
        Assert.DoesNotContain("cells in", failed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_records_are_judged_anew_by_other_claims()
    {
        await RunAsync(Held);
        HostResult own = await _sweep.DiffusionAsync("check", "small");
        Assert.True(own.ExitCode == 0, own.Output + own.Error);
        Assert.Contains("1 claim: 1 held.", own.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(_sweep.At("more.json"), $$"""{ "expect": [{{Failed}}, {{Undecided}}] }""", TestContext.Current.CancellationToken);
        HostResult other = await _sweep.DiffusionAsync("check", "small", "--claims", "more.json");
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("2 claims: 1 FAILED, 1 undecided.", other.Output, StringComparison.Ordinal);
        HostResult json = await _sweep.DiffusionAsync("check", _sweep.Runs[0], "--claims", "more.json", "--json");
        JsonElement document = JsonDocument.Parse(json.Output).RootElement;
        Assert.Equal((1, 1), (document.GetProperty("version").GetInt32(), document.GetProperty("claims").GetProperty("failed").GetInt32()));
        Assert.Equal("undecided", document.GetProperty("claims").GetProperty("claims")[1].GetProperty("verdict").GetString());

        // Checking leaves the run as it was.
        using JsonDocument kept = JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(_sweep.Runs[0], "claims.json"), TestContext.Current.CancellationToken));
        Assert.Equal(1, kept.RootElement.GetProperty("held").GetInt32());
    }

    [Fact]
    public async Task A_claim_that_cannot_be_decided_is_refused_with_its_place_and_nothing_is_written()
    {
        HostResult refused = await RunAsync("""{"claim":"value","metric":"energy-distanc","atMost":1}""");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(
            "$.expect[0].metric  unknown value 'energy-distanc'; did you mean 'energy-distance'? (known: energy-distance)", refused.Error,
            StringComparison.Ordinal);
        Assert.Empty(_sweep.Runs);
        HostResult planned = await _sweep.DiffusionAsync("plan", "small.json", "--set", "expect=[{\"claim\":\"value\",\"metric\":\"x\",\"atMost\":1}]");
        Assert.Equal((2, refused.Error.Contains("unknown value", StringComparison.Ordinal)), (planned.ExitCode, true));
        await RunAsync("");
        HostResult nothing = await _sweep.DiffusionAsync("check", "small");
        Assert.Equal(2, nothing.ExitCode);
        Assert.Contains("claims nothing: its manifest has no 'expect'", nothing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repeats_go_on_until_claims_are_decided()
    {
        string[] sets = ["--set", "sweep.repeats={\"until\":\"decided\",\"atMost\":12}", "--set", $"expect=[{Held},{Undecided}]"];
        HostResult planned = await _sweep.DiffusionAsync(["plan", "small.json", .. sets]);
        Assert.True(planned.ExitCode == 0, planned.Output + planned.Error);
        Assert.Contains("small: 48 cells, 8 to 12 repeats each\n", planned.Output, StringComparison.Ordinal);
        Assert.Contains(
            "Repeats go on until claims are decided: 32 cells at least, 48 at most, looks at 8 and 12 repeats.", planned.Output, StringComparison.Ordinal);
        Assert.Matches(@"\ncells not needed yet +16 +no open claim asks for so many repeats\n", planned.Output);

        HostResult refused = await _sweep.DiffusionAsync(["run", "small.json", "--launcher", "export", .. sets]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("$.sweep.repeats.until  repeats go on until claims are decided", refused.Error, StringComparison.Ordinal);
        Assert.Empty(_sweep.Runs);

        HostResult run = await _sweep.RunAsync(sets);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("\nAfter 8 repeats, 2 claims: 1 held, 1 undecided; open: ", run.Output, StringComparison.Ordinal);
        Assert.Contains(". 4 more cells for up to 12 repeats.\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("\nAfter 12 repeats, 2 claims: 1 held, 1 undecided. No more repeats are needed.\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(36, SmallSweep.Cells(_sweep.Runs[0]).Count);
        Assert.Contains("(Holm, over looks at 8 and 12 repeats that share the error)", run.Output, StringComparison.Ordinal);

        // The run's looks hold for other claims, too.
        await File.WriteAllTextAsync(_sweep.At("more.json"), $$"""{ "expect": [{{Failed}}] }""", TestContext.Current.CancellationToken);
        HostResult other = await _sweep.DiffusionAsync("check", "small", "--claims", "more.json", "--json");
        JsonElement claims = JsonDocument.Parse(other.Output).RootElement.GetProperty("claims");
        Assert.Equal([8, 12], claims.GetProperty("looks").EnumerateArray().Select(look => look.GetInt32()));
        Assert.Equal(8, claims.GetProperty("claims")[0].GetProperty("look").GetInt32());
    }

    [Fact]
    public async Task The_forms_of_claims_are_described()
    {
        HostResult described = await _sweep.DiffusionAsync("describe", "expect");
        Assert.Equal(0, described.ExitCode);
        foreach (string form in new[] { "value", "less", "order", "monotone", "bound", "equivalent", "identical", "rank-agreement" })
            Assert.Contains($"\n{form}: ", described.Output, StringComparison.Ordinal);
    }
}
