using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>Two coordinators on one results folder: of the same sweep one is refused, different ones share what they have.</summary>
[Trait("Category", "Slow")]
public sealed class ConcurrentRunTests(ReferenceSweep reference) : IClassFixture<ReferenceSweep>, IDisposable
{
    private readonly SweepFolder _folder = ReferenceSweep.Folder();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_second_run_of_the_same_sweep_is_refused()
    {
        string[] command = ["run", "swept.json", "--workers", "1"];
        using RunningHost first = _folder.Start(command);
        await first.SaysAsync("Training mlp");
        HostResult second = await _folder.DiffusionAsync(command);
        Assert.Equal(2, second.ExitCode);
        string run = Path.GetFileName(_folder.Run("swept"));
        Assert.Matches(
            $@"^run {run} is already running \(process {first.Id} on .* since .* UTC\)\. Wait for it, stop it, or start another with --fresh\.\n$",
            second.Error);
        HostResult end = await first.EndAsync();
        Assert.True(end.ExitCode == 0, end.Output + end.Error);
        _folder.AssertNumbers(reference.Numbers, "swept");
        Assert.Equal(reference.TrackedRuns, _folder.TrackedRuns("swept"));
    }

    [Fact]
    public async Task Two_sweeps_that_share_a_model_and_cells_run_beside_each_other()
    {
        // The other one has the same cells in half, and the same model; both start before either has anything.
        _folder.Write("other.json", """{ "extends": "swept.json", "name": "other", "sweep": { "axes": { "steps": [12, 24, 30] } } }""");
        using RunningHost one = _folder.Start("run", "swept.json", "--workers", "1");
        using RunningHost two = _folder.Start("run", "other.json", "--workers", "1");
        HostResult first = await one.EndAsync();
        HostResult second = await two.EndAsync();
        Assert.True((first.ExitCode, second.ExitCode) == (0, 0), first.Output + first.Error + second.Output + second.Error);
        SweepFolder.AssertCalm(first);
        SweepFolder.AssertCalm(second);
        _folder.AssertNumbers(reference.Numbers, "swept");
        Assert.Equal(reference.TrackedRuns, _folder.TrackedRuns("swept"));

        string[] numbers = SweepFolder.Numbers(_folder.Run("other"));
        Assert.Equal(36, numbers.Length);
        Assert.Equal(24, numbers.Intersect(reference.Numbers).Count());
        Assert.Equal(8, _folder.TrackedRuns("other").Length);
        Assert.Equal(["FINISHED|16"], _folder.Query("select status, count(*) from runs group by status"));
    }
}
