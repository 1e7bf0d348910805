using System.Globalization;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Records;

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

    /// <summary>Experiment and run, which name it within its results folder.</summary>
    public string Label => $"{System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(Path))}/{Name}";

    /// <summary><c>manifest.json</c>: the experiment as composed, with everything it extended and overrode.</summary>
    public string ManifestFile => System.IO.Path.Combine(Path, "manifest.json");

    /// <summary><c>run.json</c>: state, plan key, environment.</summary>
    public string RecordFile => System.IO.Path.Combine(Path, "run.json");

    /// <summary><c>metrics.csv</c>: a row a cell.</summary>
    public string MetricsFile => System.IO.Path.Combine(Path, "metrics.csv");

    /// <summary><c>comparison.md</c>: the table of the screen.</summary>
    public string ComparisonFile => System.IO.Path.Combine(Path, "comparison.md");

    /// <summary><c>report.html</c>: everything to look at, in one file.</summary>
    public string ReportFile => System.IO.Path.Combine(Path, "report.html");

    /// <summary><c>contact-sheet.svg</c>: the pictures of samples side by side; only where there are some.</summary>
    public string ContactSheetFile => System.IO.Path.Combine(Path, "contact-sheet.svg");

    /// <summary><c>claims.json</c>: what the manifest claims, judged; only where it claims something.</summary>
    public string ClaimsFile => System.IO.Path.Combine(Path, "claims.json");

    /// <summary><c>log.jsonl</c>: the structured log.</summary>
    public string LogFile => System.IO.Path.Combine(Path, "log.jsonl");

    /// <summary><c>plan.jsonl</c>: what is executed.</summary>
    public string PlanFile => System.IO.Path.Combine(Path, "plan.jsonl");

    /// <summary><c>run.id</c>: the run's identity once more, so that a damaged <c>run.json</c> does not make another run of it at a tracker.</summary>
    public string IdentityFile => System.IO.Path.Combine(Path, "run.id");

    /// <summary>The results folder that it lies in.</summary>
    public string Results => System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(Path))!;

    private string CellsFolder => System.IO.Path.Combine(Path, "cells");

    private string SamplesFolder => System.IO.Path.Combine(Path, "samples");

    private string StudiesFolder => System.IO.Path.Combine(Path, "studies");

    private string TrainingFolder => System.IO.Path.Combine(Path, "training");

    /// <summary>Where a cell's record goes.</summary>
    public string CellFile(CellId cell) => System.IO.Path.Combine(CellsFolder, $"{cell}.json");

    /// <summary>Where the curves and fields of a cell's study go.</summary>
    public string StudyFolder(CellId cell) => System.IO.Path.Combine(StudiesFolder, cell);

    /// <summary>Where samples go.</summary>
    public string SamplesFile(SamplesId samples) => System.IO.Path.Combine(SamplesFolder, $"{samples}.npy");

    /// <summary>Where states on the way to samples go: an array of shape (K, N, …), in the units of the samples.</summary>
    public string StatesFile(SamplesId samples) => System.IO.Path.Combine(SamplesFolder, $"{samples}.states.npy");

    /// <summary>What is known of samples.</summary>
    public string SampleRecordFile(SamplesId samples) => System.IO.Path.Combine(SamplesFolder, $"{samples}.json");

    /// <summary>The picture of samples, where there is one.</summary>
    public string PictureFile(SamplesId samples) => System.IO.Path.Combine(SamplesFolder, $"{samples}.svg");

    /// <summary>Where the record of a training goes.</summary>
    public string TrainingFile(TaskId task) => System.IO.Path.Combine(TrainingFolder, $"{task}.json");

    /// <summary>What is said of a task that failed.</summary>
    public string FailureLog(TaskId task) => System.IO.Path.Combine(Path, "logs", $"{task}.log");

    /// <summary>A run that is there.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static RunFolder Open(string path)
    {
        var folder = new RunFolder(System.IO.Path.GetFullPath(path));
        try
        {
            // Of a folder that may not be read, every file seems to be missing.
            _ = Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InputException($"{path} cannot be read: permission denied", e);
        }

        return File.Exists(folder.RecordFile) && File.Exists(folder.PlanFile)
            ? folder
            : throw new InputException($"'{path}' is not the folder of a run: it holds no run.json and plan.jsonl");
    }

    /// <summary>The newest run of the experiment with this plan, or null: what running the same manifest again continues.</summary>
    public static RunFolder? Find(string results, string experiment, string planKey) =>
        Runs(results, experiment).FirstOrDefault(folder => folder.FindPlanKey() == planKey);

    /// <summary>The runs of an experiment, newest first.</summary>
    public static IEnumerable<RunFolder> Runs(string results, string experiment)
    {
        string parent = System.IO.Path.Combine(results, experiment);
        return !Directory.Exists(parent) ? [] : Directory.EnumerateDirectories(parent)
            .OrderDescending(StringComparer.Ordinal)
            .Select(path => new RunFolder(System.IO.Path.GetFullPath(path)))
            .Where(folder => File.Exists(folder.RecordFile));
    }

    /// <summary>All runs of a results folder, newest first within each experiment.</summary>
    public static IEnumerable<RunFolder> Runs(string results) => !Directory.Exists(results) ? [] : Directory.EnumerateDirectories(results)
        .Order(StringComparer.Ordinal)
        .SelectMany(experiment => Runs(results, System.IO.Path.GetFileName(experiment)));

    /// <summary>Makes the folder of a new run, named by its start.</summary>
    /// <exception cref="IOException">The results folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The results folder cannot be written.</exception>
    public static RunFolder Create(string results, string experiment, DateTimeOffset started)
    {
        string parent = System.IO.Path.GetFullPath(System.IO.Path.Combine(results, experiment));
        // Renamed only when it is filled, so that of two processes that begin in the same second each has a folder of its own.
        var made = new RunFolder(System.IO.Path.Combine(parent, $".{Guid.NewGuid():n}"));
        Directory.CreateDirectory(made.CellsFolder);
        Directory.CreateDirectory(made.SamplesFolder);
        Directory.CreateDirectory(made.TrainingFolder);
        string name = started.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        for (int attempt = 1; ; attempt++)
        {
            string path = System.IO.Path.Combine(parent, attempt == 1 ? name : $"{name}-{attempt}");
            try
            {
                Directory.Move(made.Path, path);
                return new RunFolder(path);
            }
            catch (IOException) when (Directory.Exists(path))
            {
                // The next name, then.
            }
        }
    }

    /// <summary>Writes a cell's record.</summary>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public void Write(CellRecord record) => RecordJson.Write(CellFile(record.Id), record);

    /// <summary>Ids of the cells that have a record, sound or not.</summary>
    public HashSet<CellId> RecordedCells() => [.. Names(CellsFolder).Select(CellId.Parse)];

    /// <summary>Ids of the samples that have a record.</summary>
    public HashSet<SamplesId> RecordedSamples() => [.. Names(SamplesFolder).Select(SamplesId.Parse)];

    // A damaged run.json must not part a run from its records: the plan beside it says too whose they are.
    private string? FindPlanKey() => RecordJson.Find<RunRecord>(RecordFile)?.PlanKey ?? Planning.PlanFile.Find(PlanFile)?.PlanKey;

    private static IEnumerable<string> Names(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json").Select(file => System.IO.Path.GetFileNameWithoutExtension(file)) : [];
}
