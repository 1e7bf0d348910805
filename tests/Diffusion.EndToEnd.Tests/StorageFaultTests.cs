using System.Text.Json;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>Disks that are full or read-only and files that are damaged cost a line and work to be done again, never a number.</summary>
[Trait("Category", "Slow")]
public sealed class StorageFaultTests : IDisposable
{
    private static readonly string[] Untracked = ["--tracking", "none"];

    private readonly SweepFolder _folder = new();

    public StorageFaultTests()
    {
        _folder.Write("small.json", Sweeps.Small);
        _folder.Write("swept.json", Sweeps.Trained);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string[]> UndisturbedAsync(string experiment = "small", params string[] more)
    {
        await _folder.SucceedAsync(["run", $"{experiment}.json", "--results", "undisturbed", "--launcher", "in-process", .. Untracked, .. more]);
        return SweepFolder.Numbers(_folder.Run(experiment, "undisturbed"));
    }

    private static void AssertToldInALine(HostResult result, string reason)
    {
        Assert.True(result.ExitCode == 2, $"{result.ExitCode}\n{result.Output}{result.Error}");
        SweepFolder.AssertCalm(result);
        string line = Assert.Single(result.Error.Split('\n'), line => line.Contains("cannot write", StringComparison.Ordinal));
        Assert.Matches($@"^(a worker stopped: )?cannot write /\S+: {reason}$", line);
    }

    [Theory]
    [InlineData("local", "none")]
    [InlineData("in-process", "none")]
    [InlineData("local", "sqlite")]
    public async Task A_full_disk_ends_the_run_with_a_line_and_a_larger_one_continues_it(string launcher, string tracking)
    {
        string[] expected = await UndisturbedAsync();
        // The store of the tracker takes some 400 KB before the first run is in it.
        using SmallDisk disk = new(_folder.At("results"), tracking == "none" ? "300k" : "800k");
        string[] command = ["run", "small.json", "--launcher", launcher, "--workers", "2", .. tracking == "none" ? Untracked : []];
        HostResult full = await _folder.DiffusionAsync(command);
        AssertToldInALine(full, "No space left on device");
        Assert.Contains("of 8 cells are done and kept. The same command continues.", full.Error, StringComparison.Ordinal);
        string[] kept = [.. SweepFolder.Cells(_folder.Run("small")).Keys];
        Assert.InRange(kept.Length, 1, 7);
        await _folder.DesertedAsync();

        // Still full: nothing is lost by trying, and a small record may even find room that a larger one did not.
        HostResult still = await _folder.DiffusionAsync(command);
        AssertToldInALine(still, "No space left on device");
        await _folder.DesertedAsync();
        string[] keptAtLast = [.. SweepFolder.Cells(_folder.Run("small")).Keys];
        Assert.Subset(keptAtLast.ToHashSet(), kept.ToHashSet());
        Assert.InRange(keptAtLast.Length, kept.Length, 7);

        disk.Resize("20m");
        HostResult continued = await _folder.SucceedAsync(command);
        Assert.Contains($"{keptAtLast.Length} cell{(keptAtLast.Length == 1 ? " is" : "s are")} kept", continued.Output, StringComparison.Ordinal);
        _folder.AssertNumbers(expected, "small");
        if (tracking == "sqlite")
        {
            Assert.Equal(["FINISHED|3"], _folder.Query("select status, count(*) from runs group by status"));
            Assert.Equal(["4"], _folder.Query("select count(*) from metrics where key = 'sliced-wasserstein'"));
        }
    }

    [Fact]
    public async Task A_folder_that_becomes_read_only_ends_the_run_with_a_line_and_is_continued_when_it_is_writable_again()
    {
        string[] expected = await UndisturbedAsync();
        using SmallDisk disk = new(_folder.At("results"), "20m");
        string[] command = ["run", "small.json", "--workers", "1", .. Untracked];
        using (RunningHost host = _folder.Start(command))
        {
            await SweepFolder.UntilAsync(() => host.HasEnded || _folder.Recorded("small") > 0, "a record appears");
            disk.MakeReadOnly(_folder.At("results", "small", Path.GetFileName(_folder.Run("small")), "cells"));
            HostResult stopped = await host.EndAsync();
            AssertToldInALine(stopped, "Read-only file system");
        }

        disk.MakeWritable();
        disk.MakeReadOnly(disk.Path);
        HostResult refused = await _folder.DiffusionAsync(command);
        Assert.Equal(2, refused.ExitCode);
        SweepFolder.AssertCalm(refused);
        Assert.StartsWith("results folder 'results' cannot be written", refused.Error, StringComparison.Ordinal);
        Assert.Single(refused.Error.Trim().Split('\n'));

        disk.MakeWritable();
        await _folder.SucceedAsync(command);
        _folder.AssertNumbers(expected, "small");
    }

    [Fact]
    public async Task Damaged_files_are_made_anew_or_named_and_no_number_changes()
    {
        string[] smaller = ["--set", "samples=300", "--set", "training.steps=60", "--set", "sweep.axes.steps=[6]", "--set", "sweep.repeats=1"];
        string[] expected = await UndisturbedAsync("swept", smaller);
        string[] command = ["run", "swept.json", "--workers", "1", .. smaller];
        await _folder.SucceedAsync(command);
        string run = _folder.Run("swept");
        string model = Assert.Single(Directory.GetDirectories(_folder.At("results", "models")));
        byte[] weights = await File.ReadAllBytesAsync(Path.Combine(model, "weights.safetensors"), TestContext.Current.CancellationToken);
        string[] tracked = _folder.TrackedRuns("swept");

        JsonElement trained = SweepFolder.Cells(run).Values.First(cell => cell.TryGetProperty("model", out _));
        string record = Path.Combine(run, "cells", $"{trained.GetProperty("id").GetString()}.json");
        string samples = Path.Combine(run, trained.GetProperty("samples").GetString()!);
        string[][] damages =
        [
            // A cell whose record, samples or model is damaged is computed again from what is whole.
            [record],
            [record, samples],
            [record, Path.ChangeExtension(samples, ".json")],
            [record, samples, Path.Combine(model, "weights.safetensors")],
            [record, samples, Path.Combine(model, "model.json")],
            [record, Path.Combine(run, "plan.jsonl")],
            [record, Path.Combine(run, "run.json")],
            [Path.Combine(run, "run.id")],
        ];
        Random random = new(7);
        foreach ((int i, string[] files) in damages.Index())
        {
            foreach (string file in files)
            {
                Damage(file, random, cut: i % 2 == 0);
                // As a process leaves them that is killed while it writes.
                File.Copy(file, $"{file}.{Guid.NewGuid():n}.tmp");
            }

            HostResult result = await _folder.SucceedAsync(command);
            SweepFolder.AssertCalm(result);
            Assert.True(result.Error.Length == 0, result.Error);
            _folder.AssertNumbers(expected, "swept");
            Assert.Equal(weights, await File.ReadAllBytesAsync(Path.Combine(model, "weights.safetensors"), TestContext.Current.CancellationToken));
        }

        Assert.Equal(tracked.Select(Identity), _folder.TrackedRuns("swept").Select(Identity));
        Assert.Equal(["FINISHED"], _folder.Query("select distinct status from runs where lifecycle_stage = 'active'"));

        // Who runs the folder itself has nothing but its plan.
        Damage(Path.Combine(run, "plan.jsonl"), random, cut: false);
        HostResult named = await _folder.DiffusionAsync(["run", run, "--results", "results"]);
        Assert.Equal(2, named.ExitCode);
        Assert.Equal(
            $"{Path.Combine(run, "plan.jsonl")}: damaged plan (its checksum does not match); running its manifest again writes it anew", named.Error.Trim());

        // A cell that was computed again has points of another time beside the first.
        static string Identity(string row) => string.Join('|', row.Split('|')[..3]);
    }

    private static void Damage(string file, Random random, bool cut)
    {
        byte[] content = File.ReadAllBytes(file);
        if (cut)
            content = content[..random.Next(content.Length)];
        else
            content[random.Next(content.Length)] ^= (byte)(1 << random.Next(8));
        File.WriteAllBytes(file, content);
    }
}
