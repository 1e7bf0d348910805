using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>A folder in which the host sweeps, and what can be seen of it from outside: numbers, tracked runs, processes.</summary>
/// <param name="path">The folder; it is made, and deleted in the end.</param>
public sealed class SweepFolder(string path) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    static SweepFolder() => SQLitePCL.Batteries_V2.Init();

    public SweepFolder()
        : this(Directory.CreateTempSubdirectory("diffusion-sweep").FullName)
    {
    }

    /// <summary>The folder.</summary>
    public string Path { get; } = Directory.CreateDirectory(path).FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(Path, recursive: true);
    }

    /// <summary>A file's or folder's absolute path.</summary>
    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes a file.</summary>
    public void Write(string name, string text) => File.WriteAllText(At(name), text);

    /// <summary>Runs the host to its end.</summary>
    public Task<HostResult> DiffusionAsync(params string[] arguments) => HostProcess.RunAsync(Path, arguments);

    /// <summary>Runs the host to its end, which is to be a good one.</summary>
    public async Task<HostResult> SucceedAsync(params string[] arguments)
    {
        HostResult result = await DiffusionAsync(arguments);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        return result;
    }

    /// <summary>Starts the host.</summary>
    public RunningHost Start(params string[] arguments) => HostProcess.Start(Path, arguments);

    /// <summary>The folders of an experiment's runs, oldest first.</summary>
    public string[] Runs(string experiment, string results = "results") =>
        Directory.Exists(At(results, experiment)) ? [.. Directory.GetDirectories(At(results, experiment))
            .Where(run => File.Exists(System.IO.Path.Combine(run, "run.json")))
            .Order(StringComparer.Ordinal)] : [];

    /// <summary>The folder of an experiment's only run.</summary>
    public string Run(string experiment, string results = "results") => Assert.Single(Runs(experiment, results));

    /// <summary>How many cells have a record.</summary>
    public int Recorded(string experiment, string results = "results") =>
        Runs(experiment, results).Sum(run => Directory.GetFiles(System.IO.Path.Combine(run, "cells"), "*.json").Length);

    /// <summary>The records of a run's cells by id. Fails where one cannot be read.</summary>
    public static Dictionary<string, JsonElement> Cells(string run) =>
        Directory.GetFiles(System.IO.Path.Combine(run, "cells"), "*.json").ToDictionary(
            file => System.IO.Path.GetFileNameWithoutExtension(file), file => JsonDocument.Parse(File.ReadAllText(file)).RootElement);

    /// <summary>
    /// Everything about a run's cells that is to be the same however they came about: status, axes, NFE, every metric and every sample to the last bit.
    /// </summary>
    public static string[] Numbers(string run) =>
        [.. Cells(run).OrderBy(cell => cell.Key, StringComparer.Ordinal).Select(cell => string.Join(
            ' ', cell.Key, Text(cell.Value, "key"), Text(cell.Value, "status"), Text(cell.Value, "axes"), Text(cell.Value, "repeat"),
            Text(cell.Value, "evaluations"), Text(cell.Value, "metrics"), Samples(run, cell.Value)))];

    /// <summary>Asserts that the only run of an experiment has these numbers, in its tables too.</summary>
    public void AssertNumbers(string[] expected, string experiment, string results = "results")
    {
        string run = Run(experiment, results);
        Assert.Equal(expected, Numbers(run));
        Assert.Equal(expected.Length + 1, File.ReadAllLines(System.IO.Path.Combine(run, "metrics.csv")).Length);
        Assert.All(Directory.GetFiles(System.IO.Path.Combine(run, "samples"), "*.json"), file => JsonDocument.Parse(File.ReadAllText(file)));
    }

    /// <summary>
    /// The tracked runs of the SQLite store, without what is the run's own (ids, times): name, key, parent's key, status and every point but those of
    /// durations and memory.
    /// </summary>
    public string[] TrackedRuns(string experiment, string results = "results")
    {
        string run = File.ReadAllText(System.IO.Path.Combine(Run(experiment, results), "run.id"));
        return
        [
            .. Query($"""
                select key.value, coalesce(parentKey.value, ''), r.status,
                    (select group_concat(point, ' ') from (select m.key || '@' || m.step || '=' || m.value as point from metrics m
                        where m.run_uuid = r.run_uuid and m.key not like '%seconds' and m.key not like '%bytes' order by m.key, m.step, m.value)),
                    (select count(*) from metrics m where m.run_uuid = r.run_uuid)
                from runs r join experiments e on e.experiment_id = r.experiment_id and e.name = '{experiment}'
                    join tags key on key.run_uuid = r.run_uuid and key.key = 'diffusion.key'
                    left join tags parent on parent.run_uuid = r.run_uuid and parent.key = 'mlflow.parentRunId'
                    left join tags parentKey on parentKey.run_uuid = parent.value and parentKey.key = 'diffusion.key'
                where r.lifecycle_stage = 'active' and (key.value = '{run}' or key.value like '{run}/%') order by key.value
                """, results).Select(row => row.Replace(run, "RUN", StringComparison.Ordinal)),
        ];
    }

    /// <summary>Rows of the SQLite store.</summary>
    public List<string> Query(string sql, string results = "results")
    {
        using var connection = new SqliteConnection($"Data Source={At(results, "mlflow.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Tests' own statements.
        command.CommandText = sql;
#pragma warning restore CA2100
        using SqliteDataReader reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)));
        return rows;
    }

    /// <summary>The processes that work in this folder.</summary>
    public int[] Processes() =>
        [.. Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(System.IO.Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Where(id => id > 0 && WorkingFolder(id) == Path)];

    /// <summary>The worker processes in this folder.</summary>
    public int[] Workers() => [.. Processes().Where(id => CommandLine(id).Contains("worker"))];

    /// <summary>Waits for something, and fails where it does not come about.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        long begin = Environment.TickCount64;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 - begin < Patience.TotalMilliseconds, $"in vain: {what}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until no process is left in this folder.</summary>
    public Task DesertedAsync() => UntilAsync(() => Processes().Length == 0, $"processes {string.Join(' ', Processes())} end");

    /// <summary>Asserts that nothing on the screen is a stack trace or a confession.</summary>
    public static void AssertCalm(HostResult result)
    {
        Assert.DoesNotContain("   at ", result.Output + result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("defect", result.Output + result.Error, StringComparison.Ordinal);
    }

    private static string Text(JsonElement cell, string property) => cell.TryGetProperty(property, out JsonElement value) ? value.ToString() : "";

    private static string Samples(string run, JsonElement cell) =>
        cell.TryGetProperty("samples", out JsonElement file)
            ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(System.IO.Path.Combine(run, file.GetString()!))))
            : "";

    private static string? WorkingFolder(int process)
    {
        try
        {
            return new FileInfo($"/proc/{process}/cwd").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile.
            return null;
        }
    }

    private static string[] CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Split('\0');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
