using MLflow.Artifacts;
using MLflow.Rules;

namespace MLflow;

/// <summary>
/// Trained models in a store: logged by the run that made them, named as inputs by the runs that use them, registered under a name,
/// and fetched back. Where the store has no logged models, a model's files are artifacts of its run.
/// </summary>
public sealed class MlflowModels
{
    private const string RunsScheme = "runs:/";
    private const string ModelsScheme = "models:/";

    private readonly ITrackingStore _runs;
    private readonly IModelStore _models;

    internal MlflowModels(ITrackingStore runs, IModelStore models)
    {
        _runs = runs;
        _models = models;
    }

    /// <summary>Logs a file, or a folder's files, as a model of a run.</summary>
    /// <param name="path">The file or folder on this machine.</param>
    public async Task<LoggedModel> LogAsync(string runId, ModelCreation creation, string path, CancellationToken cancellationToken = default)
    {
        ModelRules.CheckModelName(creation.Name);
        foreach (Param param in creation.Params)
            EntityRules.Check(param);
        foreach (RunTag tag in creation.Tags)
            EntityRules.Check(tag);
        Run run = await _runs.GetRunAsync(runId, cancellationToken).ConfigureAwait(false);
        if (await _models.BeginLoggedModelAsync(run, creation, cancellationToken).ConfigureAwait(false) is not var (modelId, artifactUri))
        {
            await WriteAsync(
                path, (place, content) => _runs.LogArtifactAsync(runId, $"{creation.Name}/{place}", content, cancellationToken)).ConfigureAwait(false);
            return new LoggedModel(creation.Name, $"{RunsScheme}{runId}/{creation.Name}", null, runId);
        }
        bool isReady = false;
        try
        {
            await WriteAsync(path, (place, content) => _models.WriteAsync(artifactUri, place, content, cancellationToken)).ConfigureAwait(false);
            isReady = true;
        }
        finally
        {
            await _models.FinishLoggedModelAsync(runId, modelId, creation.Step, isReady, cancellationToken).ConfigureAwait(false);
        }
        return new LoggedModel(creation.Name, ModelsScheme + modelId, modelId, runId);
    }

    /// <summary>Says that a run used a model. Where the store has no logged models, a tag says so.</summary>
    public Task UseAsync(string runId, LoggedModel model, CancellationToken cancellationToken = default)
        => model.ModelId is { } modelId
            ? _models.LogModelInputAsync(runId, modelId, cancellationToken)
            : _runs.LogBatchAsync(runId, [], [], [new RunTag("model.source", model.Uri)], cancellationToken);

    /// <summary>Adds a model as the next version of a registered one, which is made where there is none.</summary>
    public async Task<ModelVersion> RegisterAsync(string name, LoggedModel model, string description = "", CancellationToken cancellationToken = default)
    {
        ModelRules.CheckRegisteredName(name);
        await _models.RegisterModelAsync(name, description, cancellationToken).ConfigureAwait(false);
        return await _models.CreateVersionAsync(name, model, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Points an alias to a version.</summary>
    public async Task SetAliasAsync(string name, string alias, string version, CancellationToken cancellationToken = default)
    {
        ModelRules.CheckAlias(alias);
        await _models.SetAliasAsync(name, alias, version, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="IModelStore.FindByAliasAsync"/>
    public Task<ModelVersion?> FindByAliasAsync(string name, string alias, CancellationToken cancellationToken = default)
        => _models.FindByAliasAsync(name, alias, cancellationToken);

    /// <inheritdoc cref="IModelStore.GetVersionAsync"/>
    public Task<ModelVersion> GetVersionAsync(string name, string version, CancellationToken cancellationToken = default)
        => _models.GetVersionAsync(name, version, cancellationToken);

    /// <summary>Copies a version's files into a folder of this machine. No file can land outside it.</summary>
    /// <returns>The files written.</returns>
    public async Task<IReadOnlyList<string>> DownloadAsync(ModelVersion version, string destination, CancellationToken cancellationToken = default)
    {
        (string artifactUri, string folder) = await PlaceAsync(version.Source, cancellationToken).ConfigureAwait(false);
        return await ArtifactTree.DownloadAsync(
            place => _models.ListAsync(artifactUri, place, cancellationToken),
            place => _models.OpenAsync(artifactUri, place, cancellationToken),
            folder,
            destination,
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteAsync(string path, Func<string, Stream, Task> write)
    {
        bool isFolder = Directory.Exists(path);
        string[] files = isFolder ? [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [path];
        foreach (string file in files)
        {
            FileStream content = File.OpenRead(file);
            await using (content.ConfigureAwait(false))
                await write(isFolder ? Path.GetRelativePath(path, file).Replace('\\', '/') : Path.GetFileName(file), content).ConfigureAwait(false);
        }
    }

    /// <summary>Where a source's files are: an artifact URI and a folder below it.</summary>
    private async Task<(string ArtifactUri, string Folder)> PlaceAsync(string source, CancellationToken cancellationToken)
    {
        if (source.StartsWith(ModelsScheme, StringComparison.Ordinal))
            return (await _models.GetModelArtifactUriAsync(source[ModelsScheme.Length..].Trim('/'), cancellationToken).ConfigureAwait(false), "");
        if (!source.StartsWith(RunsScheme, StringComparison.Ordinal))
            return (source, "");
        string[] parts = source[RunsScheme.Length..].Trim('/').Split('/', 2);
        Run run = await _runs.GetRunAsync(parts[0], cancellationToken).ConfigureAwait(false);
        return (run.Info.ArtifactUri, parts.Length > 1 ? parts[1] : "");
    }
}
