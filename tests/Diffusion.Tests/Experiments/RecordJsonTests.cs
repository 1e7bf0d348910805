using System.Text.Json;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Storage;
using Xunit;

namespace Diffusion.Tests.Experiments;

/// <summary>A record that is not to the bit what was written is no record.</summary>
public sealed class RecordJsonTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("diffusion-records");
    private readonly string _path;

    public RecordJsonTests()
    {
        _path = Path.Combine(_folder.FullName, "record.json");
        RecordJson.Write(
            _path,
            new SampleRecord { Key = StageKey.Parse("k"), Digest = "d", Evaluations = 12.5, Trace = [new(1, double.NaN), new(2, 1e300)], Seconds = 0.25 });
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_is_written_is_read()
    {
        SampleRecord record = RecordJson.Read<SampleRecord>(_path);
        Assert.Equal(("k", "d", 12.5, 0.25), (record.Key.ToString(), record.Digest, record.Evaluations, record.Seconds));
        Assert.Equal([new TracePoint(1, double.NaN), new TracePoint(2, 1e300)], record.Trace);
        Assert.True(System.Text.Json.JsonDocument.Parse(File.ReadAllText(_path)).RootElement.TryGetProperty("checksum", out _));
    }

    [Fact]
    public void Every_flipped_bit_and_every_cut_is_noticed()
    {
        byte[] whole = File.ReadAllBytes(_path);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] flipped = [.. whole];
            flipped[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(_path, flipped);
            Assert.Null(RecordJson.Find<SampleRecord>(_path));
            File.WriteAllBytes(_path, whole[..i]);
            Assert.Null(RecordJson.Find<SampleRecord>(_path));
        }
    }

    [Fact]
    public void Facts_that_earlier_versions_recorded_under_a_trackers_names_are_read_under_the_present_ones()
    {
        Dictionary<string, string> earlier = new()
        {
            ["mlflow.user"] = "ada", ["mlflow.source.name"] = "diffusion", ["mlflow.source.type"] = "LOCAL", ["mlflow.source.git.commit"] = "c0ffee",
            ["git.dirty"] = "false", ["assembly.Plugin.user"] = "1",
        };
        string text =
            $$"""
            { "experiment": "e", "run": "r", "planKey": "k", "cells": 1, "status": "finished", "started": "2026-01-01T00:00:00+00:00",
              "environment": {{JsonSerializer.Serialize(earlier)}} }
            """;
        RunRecord record = JsonSerializer.Deserialize<RunRecord>(text, RecordJson.Options)!;
        Assert.Equal(
            new Dictionary<string, string>
            {
                [RunFacts.User] = "ada",
                [RunFacts.Program] = "diffusion",
                [RunFacts.Commit] = "c0ffee",
                ["git.dirty"] = "false",
                ["assembly.Plugin.user"] = "1",
            },
            record.Environment);
        Assert.Same(record.Environment, (record with { Environment = record.Environment }).Environment);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named_and_what_was_there_stays()
    {
        string under = Path.Combine(_path, "record.json");
        StorageException error = Assert.Throws<StorageException>(() => RecordJson.Write(under, new DataRecord("s", [], [], "", "")));
        Assert.StartsWith($"cannot write {under}: ", error.Message, StringComparison.Ordinal);
        Assert.NotNull(RecordJson.Find<SampleRecord>(_path));
    }
}
