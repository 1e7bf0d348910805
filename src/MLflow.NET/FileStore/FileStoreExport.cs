using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MLflow.Artifacts;
using MLflow.FileStore;
using MLflow.Rules;

namespace MLflow;

/// <summary>
/// Writes everything a store holds as a folder in the form of MLflow's file store (<c>mlruns</c>), to be carried to another machine as files.
/// MLflow up to 3.12 opens such a folder; later ones convert it with <c>mlflow migrate-filestore</c>.
/// </summary>
/// <remarks>
/// Deleted runs and experiments go along, as deleted. A file store cannot hold both a key and one below it (<c>loss</c> and <c>loss/train</c>):
/// such a run is refused with the key's name.
/// </remarks>
public static class FileStoreExport
{
    private const int SourceTypeLocal = 4;

    /// <summary>Copies all experiments and runs with their metric histories and artifacts.</summary>
    /// <param name="folder">A new or empty folder; none is left where writing it fails. Its files name it, as MLflow's do: they belong where they were written
    /// to.</param>
    /// <returns>The number of runs written.</returns>
    public static async Task<int> WriteAsync(MlflowClient source, string folder, CancellationToken cancellationToken = default)
    {
        string root = Path.GetFullPath(folder);
        if (Directory.Exists(root) && Directory.EnumerateFileSystemEntries(root).Any())
            throw MlflowException.Invalid($"The folder '{root}' is not empty.");
        try
        {
            return await WriteNewAsync(source, root, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Half a store would pass for a whole one.
            if (Directory.Exists(root))
                Directory.Delete(root, recursive: true);
            throw;
        }
    }

    private static async Task<int> WriteNewAsync(MlflowClient source, string root, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(root, ".trash"));
        int written = 0;
        foreach (Experiment experiment in await source.ListExperimentsAsync(ViewType.All, cancellationToken).ConfigureAwait(false))
        {
            string place = experiment.LifecycleStage == LifecycleStage.Deleted
                ? Path.Combine(root, ".trash", experiment.ExperimentId)
                : Path.Combine(root, experiment.ExperimentId);
            Write(place, experiment);
            foreach (Run run in await source.SearchRunsAsync(new RunQuery([experiment.ExperimentId]) { View = ViewType.All }, cancellationToken)
                .ConfigureAwait(false))
            {
                await WriteAsync(source, place, run, cancellationToken).ConfigureAwait(false);
                written++;
            }
        }
        return written;
    }

    private static void Write(string place, Experiment experiment)
    {
        WriteMeta(
            place,
            ("artifact_location", new Uri(place).AbsoluteUri),
            ("creation_time", experiment.CreationTime?.ToUnixTimeMilliseconds()),
            ("experiment_id", experiment.ExperimentId),
            ("last_update_time", experiment.LastUpdateTime?.ToUnixTimeMilliseconds()),
            ("lifecycle_stage", Stage(experiment.LifecycleStage)),
            ("name", experiment.Name));
        foreach (ExperimentTag tag in experiment.Tags)
            WriteValue(Path.Combine(place, "tags"), tag.Key, tag.Value);
    }

    private static async Task WriteAsync(MlflowClient source, string experimentPlace, Run run, CancellationToken cancellationToken)
    {
        string place = Path.Combine(experimentPlace, run.Info.RunId), artifacts = Path.Combine(place, "artifacts");
        // A run without one of these is no run to a file store.
        foreach (string part in (string[])["metrics", "params", "tags", "artifacts"])
            Directory.CreateDirectory(Path.Combine(place, part));
        foreach (Metric latest in run.Metrics)
        {
            var lines = new StringBuilder();
            foreach (Metric point in await source.GetMetricHistoryAsync(run.Info.RunId, latest.Key, cancellationToken).ConfigureAwait(false))
                lines.Append(CultureInfo.InvariantCulture, $"{point.Timestamp.ToUnixTimeMilliseconds()} {PythonNumber.Write(point.Value)} {point.Step}\n");
            WriteValue(Path.Combine(place, "metrics"), latest.Key, lines.ToString());
        }
        foreach (Param param in run.Params)
            WriteValue(Path.Combine(place, "params"), param.Key, param.Value);
        foreach (RunTag tag in run.Tags)
            WriteValue(Path.Combine(place, "tags"), tag.Key, tag.Value);
        foreach (DatasetInput input in run.Inputs)
            Write(experimentPlace, place, run.Info.RunId, input);
        await source.DownloadArtifactsAsync(run.Info.RunId, artifacts, cancellationToken: cancellationToken).ConfigureAwait(false);
        WriteMeta(
            place,
            ("artifact_uri", new Uri(artifacts).AbsoluteUri),
            ("deleted_time", null),
            ("end_time", run.Info.EndTime?.ToUnixTimeMilliseconds()),
            ("entry_point_name", ""),
            ("experiment_id", run.Info.ExperimentId),
            ("lifecycle_stage", Stage(run.Info.LifecycleStage)),
            ("run_id", run.Info.RunId),
            ("run_name", run.Info.RunName),
            ("run_uuid", run.Info.RunId),
            ("source_name", ""),
            ("source_type", SourceTypeLocal),
            ("source_version", ""),
            ("start_time", run.Info.StartTime?.ToUnixTimeMilliseconds()),
            ("status", (int)run.Info.Status),
            ("tags", Array.Empty<string>()),
            ("user_id", run.Info.UserId));
    }

    private static void Write(string experimentPlace, string runPlace, string runId, DatasetInput input)
    {
        Dataset dataset = input.Dataset;
        string datasetId = Digest(dataset.Name + dataset.Digest);
        WriteMeta(
            Path.Combine(experimentPlace, "datasets", datasetId),
            ("digest", dataset.Digest),
            ("name", dataset.Name),
            ("profile", dataset.Profile),
            ("schema", dataset.Schema),
            ("source", dataset.Source),
            ("source_type", dataset.SourceType));
        WriteMeta(
            Path.Combine(runPlace, "inputs", Digest(datasetId + runId)),
            ("destination_id", runId),
            ("destination_type", "RUN"),
            ("source_id", datasetId),
            ("source_type", "DATASET"),
            ("tags", input.Tags.Select(tag => (tag.Key, tag.Value))));
    }

    private static string Stage(LifecycleStage stage) => stage == LifecycleStage.Deleted ? "deleted" : "active";

#pragma warning disable CA5351 // A name and no more: MLflow names data sets so.
    private static string Digest(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    private static void WriteMeta(string place, params IEnumerable<(string Key, object? Value)> entries)
    {
        Directory.CreateDirectory(place);
        File.WriteAllText(Path.Combine(place, "meta.yaml"), Yaml.Write(entries));
    }

    /// <summary>Writes a value to the file that its key names; a slash in a key is a folder.</summary>
    private static void WriteValue(string place, string key, string value)
    {
        string path = Path.Combine(place, ArtifactPaths.IsValid(key) ? key : throw MlflowException.Invalid($"The key '{key}' cannot be a file's name."));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, value);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MlflowException(
                ErrorCodes.InvalidParameterValue,
                $"The key '{key}' cannot be written to a file store beside the others of its run: {exception.Message}",
                exception);
        }
    }
}
