using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>A run travels in one file, and a file that comes from elsewhere is harmless until it was checked.</summary>
public sealed class PackTests : IDisposable
{
    private const string Manifest = """
        {
          "name": "travelling",
          "seed": 3,
          "data": { "use": "csv", "path": "data/heights and weights.csv", "standardize": true },
          "schedule": "edm",
          "model": { "use": "mlp", "width": 8 },
          "loss": "denoising-score-matching",
          "training": { "steps": 20, "batchSize": 4 },
          "grid": "karras",
          "solver": "euler",
          "steps": 4,
          "samples": 20,
          "metrics": ["energy-distance"],
          "sweep": { "axes": { "solver": ["euler", "heun", "ddim"] }, "repeats": 2 },
          "expect": [{ "claim": "rank-agreement", "metric": "energy-distance", "over": "solver", "reference": "published.json", "tauAtLeast": -1 }]
        }
        """;

    private readonly SweepFolder _here = new();
    private readonly SweepFolder _there = new();

    public void Dispose()
    {
        _here.Dispose();
        _there.Dispose();
    }

    [Fact]
    public async Task A_packed_run_can_be_computed_again_elsewhere_without_its_data_set()
    {
        string run = await RunAsync();
        string label = $"travelling/{Path.GetFileName(run)}";
        HostResult packed = await _here.SucceedAsync("pack", "travelling", "--out", _there.At("run.zip"));
        Assert.Contains("6 records, no samples, 1 trained model, 2 data files", packed.Output, StringComparison.Ordinal);
        // What the run has read is gone on this machine, too.
        Directory.Delete(_here.At("data"), recursive: true);

        HostResult unpacked = await _there.SucceedAsync("unpack", "run.zip");
        Assert.Contains($"diffusion replay {label}", unpacked.Output, StringComparison.Ordinal);
        HostResult replayed = await _there.SucceedAsync("replay", label, "--all", "--train");
        Assert.Contains("All 6 cells are identical to the last bit.", replayed.Output, StringComparison.Ordinal);
        Assert.Equal(
            (await _here.SucceedAsync("compare", "travelling", "--csv")).Output, (await _there.SucceedAsync("compare", "travelling", "--csv")).Output);
        Assert.Contains("6 cells are the same in both", (await _there.SucceedAsync("diff", label, run)).Output, StringComparison.Ordinal);
        await _there.SucceedAsync("check", "travelling");

        // The same command and the run's own manifest continue it there: nothing is computed again.
        foreach (string target in new[] { _there.Run("travelling"), Path.Combine(_there.Run("travelling"), "manifest.json") })
            Assert.Contains("6 cells are kept", (await _there.SucceedAsync("run", target)).Output, StringComparison.Ordinal);

        // And a second time.
        Assert.Contains("is there already", (await _there.SucceedAsync("unpack", "run.zip")).Output, StringComparison.Ordinal);
        await _there.SucceedAsync("pack", "travelling", "--samples");
        Assert.True(File.Exists(_there.At($"travelling-{Path.GetFileName(run)}.zip")));
    }

    [Fact]
    public async Task A_run_whose_data_have_changed_is_packed_without_them_only()
    {
        string run = await RunAsync();
        File.AppendAllText(_here.At("data", "heights and weights.csv"), "1,2\n");
        HostResult refused = await _here.DiffusionAsync("pack", "travelling");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("heights and weights.csv, which run travelling/", refused.Error, StringComparison.Ordinal);
        Assert.Contains("has changed since. --without-data packs", refused.Error, StringComparison.Ordinal);

        await _here.SucceedAsync("pack", "travelling", "--without-data", "--out", "run.zip");
        Assert.Equal(2, (await _here.DiffusionAsync("pack", "travelling", "--without-data", "--out", "run.zip")).ExitCode);
        HostResult unpacked = await _there.SucceedAsync("unpack", _here.At("run.zip"));
        Assert.DoesNotContain("replay", unpacked.Output, StringComparison.Ordinal);
        await _there.SucceedAsync("compare", "travelling");
        HostResult missing = await _there.DiffusionAsync("replay", "travelling");
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains("file not found", missing.Error, StringComparison.Ordinal);
        Assert.Contains("heights and weights.csv", missing.Error, StringComparison.Ordinal);

        // Another run of the same name is not written over.
        string record = Path.Combine(_there.At("results", "travelling"), Path.GetFileName(run), "run.json");
        File.Delete(record);
        Assert.Equal(2, (await _there.DiffusionAsync("unpack", _here.At("run.zip"))).ExitCode);
        Assert.False(File.Exists(record));
    }

    [Fact]
    public async Task A_hostile_pack_is_refused_before_anything_is_written()
    {
        string run = await RunAsync();
        await _here.SucceedAsync("pack", "travelling", "--out", "run.zip");
        string own = $"travelling/{Path.GetFileName(run)}";
        await RefusedAsync("leads out of the folders", archive => Add(archive, $"{own}/../../../evil.txt"));
        await RefusedAsync("leads out of the folders", archive => Add(archive, "/tmp/evil.txt"));
        await RefusedAsync("leads out of the folders", archive => Add(archive, "mlflow.db"));
        await RefusedAsync("leads out of the folders", archive => Add(archive, $"{own}/a\\..\\b"));
        await RefusedAsync("leads out of the folders", archive => Add(archive, "models/0123456789abcdef/deeper/weights.safetensors"));
        await RefusedAsync("is not declared", archive => archive.CreateEntry("evil.txt"));
        await RefusedAsync("is not a regular file", archive => archive.GetEntry($"{own}/run.json")!.ExternalAttributes = unchecked((int)0xA1FF0000));
        await RefusedAsync("does not hold it", archive => archive.GetEntry($"{own}/run.json")!.Delete());
        await RefusedAsync("bytes, and", archive => Rewrite(archive, $"{own}/metrics.csv", text => text + " "));
        await RefusedAsync("is not the declared one", archive => Rewrite(archive, $"{own}/metrics.csv", text => text.Replace('1', '2')));
        await RefusedAsync("which names no run", archive => Contents(archive, contents => contents["experiment"] = "../elsewhere"));
        await RefusedAsync("which names no run", archive => Contents(archive, contents => contents["experiment"] = "mlartifacts"));
        await RefusedAsync("pack of format 99", archive => Contents(archive, contents => contents["version"] = 99));
        await RefusedAsync("is damaged", archive => Rewrite(archive, "pack.json", _ => "{"));
        await RefusedAsync("without pack.json", archive => archive.GetEntry("pack.json")!.Delete());
        await RefusedAsync("is that of another run", archive => Contents(archive, contents => contents["identity"] = new string('0', 32)));
        File.WriteAllText(_here.At("text.zip"), "no archive");
        Assert.Equal(2, (await _there.DiffusionAsync("unpack", _here.At("text.zip"))).ExitCode);
        Assert.Equal(2, (await _there.DiffusionAsync("unpack", "absent.zip")).ExitCode);

        async Task RefusedAsync(string why, Action<ZipArchive> change)
        {
            File.Copy(_here.At("run.zip"), _here.At("changed.zip"), overwrite: true);
            using (ZipArchive archive = ZipFile.Open(_here.At("changed.zip"), ZipArchiveMode.Update))
                change(archive);
            HostResult refused = await _there.DiffusionAsync("unpack", _here.At("changed.zip"));
            Assert.True(refused.ExitCode == 2 && refused.Error.Contains(why, StringComparison.Ordinal), $"{why}: {refused.ExitCode} {refused.Error}");
            Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
            Assert.Empty(Directory.Exists(_there.At("results")) ? Directory.GetFileSystemEntries(_there.At("results")) : []);
        }
    }

    private static void Add(ZipArchive archive, string name)
    {
        byte[] content = "evil"u8.ToArray();
        using (Stream stream = archive.CreateEntry(name).Open())
            stream.Write(content);
        Contents(archive, contents => contents["files"]!.AsArray().Add(new JsonObject
        {
            ["path"] = name,
            ["bytes"] = content.Length,
            ["digest"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)),
        }));
    }

    private static void Contents(ZipArchive archive, Action<JsonNode> change) => Rewrite(archive, "pack.json", text =>
    {
        JsonNode contents = JsonNode.Parse(text)!;
        change(contents);
        return contents.ToJsonString();
    });

    private static void Rewrite(ZipArchive archive, string name, Func<string, string> change)
    {
        string text;
        using (StreamReader reader = new(archive.GetEntry(name)!.Open()))
            text = reader.ReadToEnd();
        archive.GetEntry(name)!.Delete();
        using Stream stream = archive.CreateEntry(name).Open();
        stream.Write(Encoding.UTF8.GetBytes(change(text)));
    }

    private async Task<string> RunAsync()
    {
        Directory.CreateDirectory(_here.At("data"));
        Random random = new(5);
        _here.Write(
            Path.Combine("data", "heights and weights.csv"),
            string.Join('\n', Enumerable.Range(0, 40)
                .Select(i => FormattableString.Invariant($"{170 + (10 * random.NextDouble()):f3},{60 + i}"))
                .Prepend("height,weight")));
        _here.Write("published.json", """{ "euler": 3, "heun": 2, "ddim": 1 }""");
        _here.Write("travelling.json", Manifest);
        await _here.SucceedAsync("run", "travelling.json");
        return _here.Run("travelling");
    }
}
