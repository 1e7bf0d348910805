using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>The report that a run leaves, and the command that makes it again.</summary>
public sealed class ReportCommandTests : IDisposable
{
    private readonly SmallSweep _sweep = new();

    public void Dispose() => _sweep.Dispose();

    [Fact]
    public async Task A_run_ends_with_its_report_and_the_command_makes_the_same_again()
    {
        HostResult run = await _sweep.RunAsync();
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        string report = Path.Combine(_sweep.Runs[0], "report.html");
        Assert.Equal($"Report   results/small/{Path.GetFileName(_sweep.Runs[0])}/report.html", run.Output.TrimEnd().Split('\n')[^1]);
        byte[] written = File.ReadAllBytes(report);

        HostResult again = await _sweep.DiffusionAsync("report", "small", "--out", "again.html");
        Assert.True(again.ExitCode == 0, again.Output + again.Error);
        Assert.StartsWith("Report   again.html  (", again.Output, StringComparison.Ordinal);
        Assert.Equal(written, File.ReadAllBytes(_sweep.At("again.html")));

        // Years later, elsewhere, without plugins and without the trained models' folder: the run's folder is enough.
        string moved = _sweep.At("moved");
        Directory.Move(_sweep.Runs[0], moved);
        File.Delete(Path.Combine(moved, "report.html"));
        HostResult later = await _sweep.DiffusionAsync("report", "moved");
        Assert.True(later.ExitCode == 0, later.Output + later.Error);
        Assert.True(File.Exists(Path.Combine(moved, "report.html")));
    }

    [Fact]
    public async Task The_report_lies_on_the_tracked_sweep_once()
    {
        HostResult run = await _sweep.DiffusionAsync("run", "small.json", "--launcher", "in-process");
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        string stored = Assert.Single(Directory.GetFiles(_sweep.At(Path.Combine("results", "mlartifacts")), "report.html", SearchOption.AllDirectories));
        Assert.Equal(File.ReadAllBytes(Path.Combine(_sweep.Runs[0], "report.html")), File.ReadAllBytes(stored));
    }

    [Fact]
    public async Task Several_runs_become_one_report_and_what_is_none_is_told()
    {
        await _sweep.RunAsync();
        await _sweep.RunAsync("--set", "seed=4");
        Directory.CreateDirectory(_sweep.At("foreign"));
        HostResult several = await _sweep.DiffusionAsync("report", "small/*", "foreign", "nothing");
        Assert.True(several.ExitCode == 0, several.Output + several.Error);
        Assert.StartsWith("Report   report.html  (", several.Output, StringComparison.Ordinal);
        Assert.Contains("foreign is left out: 'foreign' is not the folder of a run", several.Error, StringComparison.Ordinal);
        Assert.Contains("nothing is left out: no run 'nothing'", several.Error, StringComparison.Ordinal);
        string page = await File.ReadAllTextAsync(_sweep.At("report.html"), TestContext.Current.CancellationToken);
        Assert.All(_sweep.Runs, run => Assert.Contains($"small/{Path.GetFileName(run)}", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_empty_folder_is_one_line_and_damage_is_told()
    {
        Directory.CreateDirectory(_sweep.At("empty"));
        HostResult empty = await _sweep.DiffusionAsync("report", "empty");
        Assert.Equal(2, empty.ExitCode);
        Assert.Equal("'empty' is not the folder of a run: it holds no run.json and plan.jsonl", empty.Error.TrimEnd());

        await _sweep.RunAsync();
        string cell = Directory.GetFiles(Path.Combine(_sweep.Runs[0], "cells"))[0];
        await File.WriteAllTextAsync(cell, "{", TestContext.Current.CancellationToken);
        HostResult damaged = await _sweep.DiffusionAsync("report", "small");
        Assert.True(damaged.ExitCode == 0, damaged.Output + damaged.Error);
        Assert.Contains("1 record is damaged and left out", damaged.Error, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileNameWithoutExtension(cell), damaged.Error, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(_sweep.Runs[0], "plan.jsonl"), "{}", TestContext.Current.CancellationToken);
        HostResult gone = await _sweep.DiffusionAsync("report", "small");
        Assert.Equal(2, gone.ExitCode);
        Assert.Contains("damaged plan", gone.Error, StringComparison.Ordinal);
        SweepFolder.AssertCalm(gone);
    }
}
