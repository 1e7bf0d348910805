using System.Text.Json.Serialization.Metadata;

namespace MLflow.Http;

/// <summary>Logged models and registry of a tracking server.</summary>
internal sealed class HttpModelStore(ServerConnection server, ProxiedArtifacts artifacts) : IModelStore
{
    private const string Api = "/api/2.0/mlflow";

    // Servers have logged models from here on.
    private static readonly Version FirstWithModels = new(3, 0);

    private bool? _hasModels;

    public async Task<(string ModelId, string ArtifactUri)?> BeginLoggedModelAsync(Run run, ModelCreation creation, CancellationToken cancellationToken)
    {
        if (!await HasModelsAsync(cancellationToken).ConfigureAwait(false))
            return null;
        var request = new CreateModelRequest(
            run.Info.ExperimentId,
            creation.Name,
            creation.ModelType,
            run.Info.RunId,
            WireMapping.ToWire(creation.Params, WireMapping.ToWire),
            WireMapping.ToWire(creation.Tags, WireMapping.ToWire));
        WireModelInfo info = await ModelAsync(
            HttpMethod.Post, $"{Api}/logged-models", request, MlflowJson.Wire.CreateModelRequest, Repeatable.IfUnsent, cancellationToken).ConfigureAwait(false);
        return (info.ModelId!, info.ArtifactUri!);
    }

    public async Task FinishLoggedModelAsync(string runId, string modelId, long step, bool isReady, CancellationToken cancellationToken)
    {
        var request = new FinishModelRequest(modelId, isReady ? "LOGGED_MODEL_READY" : "LOGGED_MODEL_UPLOAD_FAILED");
        await ModelAsync(
            HttpMethod.Patch, $"{Api}/logged-models/{modelId}", request, MlflowJson.Wire.FinishModelRequest, Repeatable.Always,
            cancellationToken).ConfigureAwait(false);
        if (isReady)
            await PostAsync(
                "runs/outputs", new RunModelsRequest(runId, [new WireRunModel(modelId, step)]), MlflowJson.Wire.RunModelsRequest, MlflowJson.Wire.Nothing,
                Repeatable.Always, cancellationToken).ConfigureAwait(false);
    }

    public Task LogModelInputAsync(string runId, string modelId, CancellationToken cancellationToken)
        => PostAsync(
            "runs/log-inputs", new RunModelsRequest(runId, [new WireRunModel(modelId, null)]), MlflowJson.Wire.RunModelsRequest, MlflowJson.Wire.Nothing,
            Repeatable.Always, cancellationToken);

    public async Task<string> GetModelArtifactUriAsync(string modelId, CancellationToken cancellationToken)
    {
        ModelAnswer answer = await server.GetAsync($"{Api}/logged-models/{Uri.EscapeDataString(modelId)}", [], MlflowJson.Wire.ModelAnswer, cancellationToken)
            .ConfigureAwait(false);
        return answer.Model?.Info?.ArtifactUri ?? throw Lacking("artifact_uri");
    }

    public Task WriteAsync(string artifactUri, string artifactPath, Stream content, CancellationToken cancellationToken)
        => artifacts.WriteAsync(artifactUri, artifactPath, content, cancellationToken);

    public Task<IReadOnlyList<ArtifactFile>> ListAsync(string artifactUri, string folder, CancellationToken cancellationToken)
        => artifacts.ListAsync(artifactUri, folder, cancellationToken);

    public Task<Stream> OpenAsync(string artifactUri, string artifactPath, CancellationToken cancellationToken)
        => artifacts.OpenAsync(artifactUri, artifactPath, cancellationToken);

    public async Task RegisterModelAsync(string name, string description, CancellationToken cancellationToken)
    {
        try
        {
            await PostAsync(
                "registered-models/create", new RegisterRequest(name, description), MlflowJson.Wire.RegisterRequest, MlflowJson.Wire.Nothing,
                Repeatable.Always, cancellationToken).ConfigureAwait(false);
        }
        catch (MlflowException exception) when (exception.ErrorCode == ErrorCodes.ResourceAlreadyExists)
        {
            // As wished.
        }
    }

    public async Task<ModelVersion> CreateVersionAsync(string name, LoggedModel model, CancellationToken cancellationToken)
    {
        var request = new CreateVersionRequest(name, await SourceAsync(model, cancellationToken).ConfigureAwait(false), model.RunId, model.ModelId);
        return ToVersion(await PostAsync(
            "model-versions/create", request, MlflowJson.Wire.CreateVersionRequest, MlflowJson.Wire.VersionAnswer, Repeatable.IfUnsent,
            cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelVersion> GetVersionAsync(string name, string version, CancellationToken cancellationToken)
        => ToVersion(await server.GetAsync(
            $"{Api}/model-versions/get", [("name", name), ("version", version)], MlflowJson.Wire.VersionAnswer, cancellationToken).ConfigureAwait(false));

    public Task SetAliasAsync(string name, string alias, string version, CancellationToken cancellationToken)
        => PostAsync(
            "registered-models/alias", new SetAliasRequest(name, alias, version), MlflowJson.Wire.SetAliasRequest, MlflowJson.Wire.Nothing, Repeatable.Always,
            cancellationToken);

    public async Task<ModelVersion?> FindByAliasAsync(string name, string alias, CancellationToken cancellationToken)
    {
        try
        {
            return ToVersion(await server.GetAsync(
                $"{Api}/registered-models/alias", [("name", name), ("alias", alias)], MlflowJson.Wire.VersionAnswer, cancellationToken).ConfigureAwait(false));
        }
        // A server calls an alias that is not there an invalid value.
        catch (MlflowException exception) when (exception.ErrorCode == ErrorCodes.ResourceDoesNotExist
            || (exception.ErrorCode == ErrorCodes.InvalidParameterValue && exception.Message.EndsWith("not found.", StringComparison.Ordinal)))
        {
            return null;
        }
    }

    private static MlflowException Lacking(string field) => new(ErrorCodes.InternalError, $"The server's answer lacks '{field}'.");

    private static ModelVersion ToVersion(VersionAnswer answer)
        => answer.ModelVersion is { Name: { } name, Version: { } version } found
            ? new ModelVersion(name, version, found.Source ?? "", found.RunId ?? "")
            : throw Lacking("model_version");

    /// <summary>Older servers want the files' own address and not <c>runs:/</c>.</summary>
    private async Task<string> SourceAsync(LoggedModel model, CancellationToken cancellationToken)
    {
        if (model.ModelId is not null)
            return model.Uri;
        RunAnswer answer = await server.GetAsync($"{Api}/runs/get", [("run_id", model.RunId)], MlflowJson.Wire.RunAnswer, cancellationToken)
            .ConfigureAwait(false);
        return $"{answer.Run?.Info?.ArtifactUri ?? throw Lacking("artifact_uri")}/{model.Name}";
    }

    private async Task<bool> HasModelsAsync(CancellationToken cancellationToken)
    {
        if (_hasModels is { } known)
            return known;
        string text = await server.FindTextAsync("/version", cancellationToken).ConfigureAwait(false) ?? "";
        // As in 3.11.1.dev0; a server that does not say is asked for the thing itself.
        string numbers = string.Join('.', text.Trim().Split('.').Take(2));
        bool has = Version.TryParse(numbers, out Version? version)
            ? version >= FirstWithModels
            : await AnswersModelsAsync(cancellationToken).ConfigureAwait(false);
        _hasModels = has;
        return has;
    }

    private async Task<bool> AnswersModelsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PostAsync(
                "logged-models/search", new SearchModelsRequest(["0"], 1), MlflowJson.Wire.SearchModelsRequest, MlflowJson.Wire.Nothing, Repeatable.Always,
                cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (MlflowException exception) when (exception.ErrorCode == ErrorCodes.EndpointNotFound)
        {
            return false;
        }
    }

    private async Task<WireModelInfo> ModelAsync<TRequest>(
        HttpMethod method, string path, TRequest request, JsonTypeInfo<TRequest> type, Repeatable repeatable, CancellationToken cancellationToken)
    {
        ModelAnswer answer = await server.SendAsync(method, path, request, type, MlflowJson.Wire.ModelAnswer, repeatable, cancellationToken)
            .ConfigureAwait(false);
        return answer.Model?.Info is { ModelId: not null, ArtifactUri: not null } info ? info : throw Lacking("model");
    }

    private Task<TAnswer> PostAsync<TRequest, TAnswer>(
        string path, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType, Repeatable repeatable,
        CancellationToken cancellationToken)
        => server.SendAsync(HttpMethod.Post, $"{Api}/{path}", request, requestType, answerType, repeatable, cancellationToken);
}
