using System.Globalization;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Running;

/// <summary>
/// <c>results/&lt;experiment&gt;/&lt;run&gt;/</c>: the frozen manifest, one record a cell, samples, metrics and log. Files are the only truth;
/// there is no database behind them.
/// </summary>
public sealed class RunFolder
{
    private RunFolder(string path) => Path = path;

    /// <summary>Absolute path of the folder.</summary>
    public string Path { get; }

    /// <summary>The folder's name, which names the run.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary><c>manifest.json</c>: the experiment as composed, with everything it extended and overrode.</summary>
    public string ManifestFile => System.IO.Path.Combine(Path, "manifest.json");

    /// <summary><c>run.json</c>: state, plan key, environment.</summary>
    public string RecordFile => System.IO.Path.Combine(Path, "run.json");

    /// <summary><c>metrics.csv</c>: a row a cell.</summary>
    public string MetricsFile => System.IO.Path.Combine(Path, "metrics.csv");

    /// <summary><c>comparison.md</c>: the table of the screen.</summary>
    public string ComparisonFile => System.IO.Path.Combine(Path, "comparison.md");

    /// <summary><c>log.jsonl</c>: the structured log.</summary>
    public string LogFile => System.IO.Path.Combine(Path, "log.jsonl");

    private string CellsFolder => System.IO.Path.Combine(Path, "cells");

    private string SamplesFolder => System.IO.Path.Combine(Path, "samples");

    /// <summary>Where a cell's samples go.</summary>
    public string SamplesFile(string cell) => System.IO.Path.Combine(SamplesFolder, $"{cell}.npy");

    /// <summary>The picture of a cell's samples, where there is one.</summary>
    public string PictureFile(string cell) => System.IO.Path.Combine(SamplesFolder, $"{cell}.svg");

    /// <summary>
    /// The newest run of the experiment with this plan that has not finished, or null: what running the same manifest again continues.
    /// </summary>
    public static RunFolder? FindUnfinished(string results, string experiment, string planKey)
    {
        string parent = System.IO.Path.Combine(results, experiment);
        if (!Directory.Exists(parent))
            return null;

        foreach (string path in Directory.EnumerateDirectories(parent).OrderDescending(StringComparer.Ordinal))
        {
            var folder = new RunFolder(path);
            if (File.Exists(folder.RecordFile)
                && RecordJson.Read<RunRecord>(folder.RecordFile) is { } record
                && record.PlanKey == planKey
                && record.Status != RunStatus.Finished)
                return folder;
        }

        return null;
    }

    /// <summary>Makes the folder of a new run, named by its start.</summary>
    /// <exception cref="IOException">The results folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The results folder cannot be written.</exception>
    public static RunFolder Create(string results, string experiment, DateTimeOffset started)
    {
        string parent = System.IO.Path.Combine(results, experiment);
        Directory.CreateDirectory(parent);
        string name = started.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        for (int attempt = 1; ; attempt++)
        {
            string path = System.IO.Path.GetFullPath(System.IO.Path.Combine(parent, attempt == 1 ? name : $"{name}-{attempt}"));
            if (Directory.Exists(path))
                continue;

            var folder = new RunFolder(path);
            Directory.CreateDirectory(folder.CellsFolder);
            Directory.CreateDirectory(folder.SamplesFolder);
            return folder;
        }
    }

    /// <summary>Writes a cell's record.</summary>
    public void Write(CellRecord record) => RecordJson.Write(System.IO.Path.Combine(CellsFolder, $"{record.Id}.json"), record);

    /// <summary>All records so far, by cell.</summary>
    /// <exception cref="InvalidDataException">A record is damaged.</exception>
    public IReadOnlyDictionary<string, CellRecord> ReadCells() =>
        Directory.EnumerateFiles(CellsFolder, "*.json")
            .Select(RecordJson.Read<CellRecord>)
            .ToDictionary(record => record.Id);
}
