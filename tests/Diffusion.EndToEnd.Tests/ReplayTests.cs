using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>Cells that are computed again are the same to the last bit, and where they are not, that is noticed.</summary>
public sealed class ReplayTests : IDisposable
{
    private readonly SmallSweep _sweep = new();

    public void Dispose() => _sweep.Dispose();

    /// <summary>Changes a record as somebody would who knows how records are sealed.</summary>
    private static void Edit(string file, Action<JsonNode> change)
    {
        JsonObject record = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        record.Remove("checksum");
        change(record);
        string body = record.ToJsonString(new() { WriteIndented = true })[..^2];
        File.WriteAllText(file, $"{body},\n  \"checksum\": \"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)))}\"\n}}\n");
    }

    [Fact]
    public async Task A_run_replays_to_the_last_bit_and_is_not_touched()
    {
        await _sweep.RunAsync();
        string[] before = [.. Directory.GetFiles(_sweep.Runs[0], "*", SearchOption.AllDirectories)
            .Select(file => $"{file} {File.GetLastWriteTimeUtc(file):O}")
            .Order(StringComparer.Ordinal)];
        HostResult few = await _sweep.DiffusionAsync("replay", "small");
        Assert.True(few.ExitCode == 0, few.Output + few.Error);
        Assert.Contains("All 2 cells are identical to the last bit.", few.Output, StringComparison.Ordinal);
        HostResult all = await _sweep.DiffusionAsync("replay", _sweep.Runs[0], "--all");
        Assert.Contains("All 8 cells are identical to the last bit.", all.Output, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(_sweep.Runs[0], "*", SearchOption.AllDirectories)
            .Select(file => $"{file} {File.GetLastWriteTimeUtc(file):O}")
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Numbers_that_are_not_reproduced_are_told_with_how_far_and_what_else_is_different()
    {
        await _sweep.RunAsync();
        string[] cells = Directory.GetFiles(Path.Combine(_sweep.Runs[0], "cells"));
        Edit(cells[0], record => record["metrics"]![0]!["value"] = record["metrics"]![0]!["value"]!.GetValue<double>() + 1e-9);
        Edit(cells[1], record => record["evaluations"] = 77);
        Edit(Path.Combine(_sweep.Runs[0], "run.json"), record => record["environment"]!["torch.blas"] = "another");
        HostResult result = await _sweep.DiffusionAsync("replay", "small", "--all");
        Assert.Equal(1, result.ExitCode);
        Assert.Matches($@"{Path.GetFileNameWithoutExtension(cells[0])} +energy-distance .* 1e-09 .*within rounding", result.Output);
        Assert.Matches($@"{Path.GetFileNameWithoutExtension(cells[1])} +evaluations +77 .*DIFFERENT", result.Output);
        Assert.Matches(@"torch.blas +another", result.Output);
        Assert.Contains("6 identical, 1 equal within rounding, 1 different of 8 cells.", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Samples_that_are_others_are_measured_against()
    {
        await _sweep.RunAsync();
        string record = Directory.GetFiles(Path.Combine(_sweep.Runs[0], "samples"), "*.json")[0];
        string samples = Path.ChangeExtension(record, ".npy");
        byte[] content = File.ReadAllBytes(samples);
        BitConverter.GetBytes(100f).CopyTo(content, content.Length - sizeof(float));
        File.WriteAllBytes(samples, content);
        Edit(record, sealedRecord => sealedRecord["digest"] = Convert.ToHexStringLower(SHA256.HashData(content)));
        HostResult result = await _sweep.DiffusionAsync("replay", "small", "--all");
        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"samples +150 numbers .*DIFFERENT", result.Output);
        Assert.Contains("7 identical, 0 equal within rounding, 1 different of 8 cells.", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cells_that_diverged_or_do_not_fit_do_so_again()
    {
        await _sweep.RunAsync(
            "--set", "schedule.sigmaMax=1e8", "--set", "steps=3", "--set", "grid=uniform", "--set",
            "sweep.axes={\"solver\":[\"ddim\",{\"use\":\"euler\",\"variable\":\"time\"}]}", "--set",
            "sweep.repeats=1");
        HostResult result = await _sweep.DiffusionAsync("replay", "small");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Matches(@"ddim +0 +done +identical", result.Output);
        Assert.Matches(@"euler\(variable=time\) +0 +diverged +identical", result.Output);
        await _sweep.RunAsync(
            "--set", "schedule=rectified-flow", "--set", "solver=ddim", "--set", "sweep.axes={\"grid\":[\"uniform\",\"karras\"]}", "--set", "sweep.repeats=1");
        HostResult inapplicable = await _sweep.DiffusionAsync("replay", "small");
        Assert.True(inapplicable.ExitCode == 0, inapplicable.Output + inapplicable.Error);
        Assert.Matches(@"karras +0 +not-applicable +identical", inapplicable.Output);
    }

    [Fact]
    public async Task A_model_that_is_trained_anew_has_the_same_weights()
    {
        await _sweep.RunAsync(
            "--set",
            "model={\"use\":\"mlp\",\"width\":8,\"layers\":1}",
            "--set",
            "loss=noise-prediction",
            "--set",
            "training={\"steps\":30,\"batchSize\":16}",
            "--set",
            "sweep=null");
        HostResult stored = await _sweep.DiffusionAsync("replay", "small");
        Assert.Contains("weights from the store", stored.Output, StringComparison.Ordinal);
        Assert.Equal(0, stored.ExitCode);
        HostResult trained = await _sweep.DiffusionAsync("replay", "small", "--train");
        Assert.True(trained.ExitCode == 0, trained.Output + trained.Error);
        Assert.Contains("trained anew to identical weights", trained.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("replay", "smal")]
    [InlineData("diff", "small", "smal")]
    public async Task A_run_that_is_not_there_is_one_line_with_what_was_meant(params string[] arguments)
    {
        await _sweep.RunAsync("--set", "sweep=null");
        HostResult result = await _sweep.DiffusionAsync(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("no run 'smal'", result.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean 'small'", result.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }
}
