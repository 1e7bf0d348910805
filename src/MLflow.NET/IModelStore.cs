namespace MLflow;

/// <summary>A store's logged models and model registry. One call is one request; a failure is a <see cref="MlflowException"/>.</summary>
public interface IModelStore
{
    /// <summary>Begins a logged model of a run, to be filled and finished.</summary>
    /// <returns>Its id and the URI of its artifacts; null where the store has no logged models.</returns>
    Task<(string ModelId, string ArtifactUri)?> BeginLoggedModelAsync(Run run, ModelCreation creation, CancellationToken cancellationToken = default);

    /// <summary>Says that all files of a logged model are there, or will never be, and in the first case that the run made it.</summary>
    Task FinishLoggedModelAsync(string runId, string modelId, long step, bool isReady, CancellationToken cancellationToken = default);

    /// <summary>Says that a run used a logged model.</summary>
    Task LogModelInputAsync(string runId, string modelId, CancellationToken cancellationToken = default);

    /// <summary>The URI of a logged model's artifacts.</summary>
    Task<string> GetModelArtifactUriAsync(string modelId, CancellationToken cancellationToken = default);

    /// <summary>Writes a file below an artifact URI of the store.</summary>
    Task WriteAsync(string artifactUri, string artifactPath, Stream content, CancellationToken cancellationToken = default);

    /// <summary>What lies directly in a folder below an artifact URI of the store.</summary>
    Task<IReadOnlyList<ArtifactFile>> ListAsync(string artifactUri, string folder, CancellationToken cancellationToken = default);

    /// <summary>Opens a file below an artifact URI of the store.</summary>
    Task<Stream> OpenAsync(string artifactUri, string artifactPath, CancellationToken cancellationToken = default);

    /// <summary>Makes a registered model; one of the name that is there already stays as it is.</summary>
    Task RegisterModelAsync(string name, string description, CancellationToken cancellationToken = default);

    /// <summary>Adds the next version of a registered model.</summary>
    Task<ModelVersion> CreateVersionAsync(string name, LoggedModel model, CancellationToken cancellationToken = default);

    /// <summary>A version. Throws <see cref="ErrorCodes.ResourceDoesNotExist"/> where there is none.</summary>
    Task<ModelVersion> GetVersionAsync(string name, string version, CancellationToken cancellationToken = default);

    /// <summary>Points an alias of a registered model to a version, and away from any other.</summary>
    Task SetAliasAsync(string name, string alias, string version, CancellationToken cancellationToken = default);

    /// <summary>The version an alias points to, or null.</summary>
    Task<ModelVersion?> FindByAliasAsync(string name, string alias, CancellationToken cancellationToken = default);
}
