using System.Globalization;
using Microsoft.Data.Sqlite;
using MLflow.Artifacts;

namespace MLflow.Sqlite;

/// <summary>The model registry of the embedded store. It has no logged models, which came with a later schema.</summary>
internal sealed class SqliteModelStore(SqliteSession session, TimeProvider time, Func<string, CancellationToken, Task<string>> artifactUriOfRun) : IModelStore
{
    private const string Columns = "name, version, source, run_id";

    public Task<(string ModelId, string ArtifactUri)?> BeginLoggedModelAsync(Run run, ModelCreation creation, CancellationToken cancellationToken)
        => Task.FromResult<(string, string)?>(null);

    public Task FinishLoggedModelAsync(string runId, string modelId, long step, bool isReady, CancellationToken cancellationToken) => throw NoModels();

    public Task LogModelInputAsync(string runId, string modelId, CancellationToken cancellationToken) => throw NoModels();

    public Task<string> GetModelArtifactUriAsync(string modelId, CancellationToken cancellationToken) => throw NoModels();

    public Task WriteAsync(string artifactUri, string artifactPath, Stream content, CancellationToken cancellationToken)
        => LocalArtifacts.WriteAsync(artifactUri, artifactPath, content, cancellationToken);

    public Task<IReadOnlyList<ArtifactFile>> ListAsync(string artifactUri, string folder, CancellationToken cancellationToken)
        => Task.FromResult(LocalArtifacts.List(artifactUri, folder));

    public Task<Stream> OpenAsync(string artifactUri, string artifactPath, CancellationToken cancellationToken)
        => Task.FromResult(LocalArtifacts.Open(artifactUri, artifactPath));

    public Task RegisterModelAsync(string name, string description, CancellationToken cancellationToken)
        => session.WriteAsync(
            rows =>
            {
                if (!IsRegistered(rows, name))
                    rows.Execute(
                        "INSERT INTO registered_models (name, creation_time, last_updated_time, description) VALUES ($1, $2, $2, $3)", name, Now, description);
                return true;
            },
            cancellationToken);

    public async Task<ModelVersion> CreateVersionAsync(string name, LoggedModel model, CancellationToken cancellationToken)
    {
        string source = $"{await artifactUriOfRun(model.RunId, cancellationToken).ConfigureAwait(false)}/{model.Name}";
        return await session.WriteAsync(
            rows =>
            {
                if (!IsRegistered(rows, name))
                    throw new MlflowException(ErrorCodes.ResourceDoesNotExist, $"Registered Model with name={name} not found");
                object version = rows.Scalar("SELECT COALESCE(MAX(version), 0) + 1 FROM model_versions WHERE name = $1", name)!;
                rows.Execute(
                    """
                    INSERT INTO model_versions (name, version, creation_time, last_updated_time, description, user_id, current_stage, source, run_id, status,
                        status_message, run_link, storage_location)
                    VALUES ($1, $2, $3, $3, '', NULL, 'None', $4, $5, 'READY', NULL, NULL, $4)
                    """,
                    name, version, Now, source, model.RunId);
                return Get(rows, name, Convert.ToString(version, CultureInfo.InvariantCulture)!);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public Task<ModelVersion> GetVersionAsync(string name, string version, CancellationToken cancellationToken)
        => session.ReadAsync(rows => Get(rows, name, version), cancellationToken);

    public Task SetAliasAsync(string name, string alias, string version, CancellationToken cancellationToken)
        => session.WriteAsync(
            rows =>
            {
                ModelVersion found = Get(rows, name, version);
                // The tables' keys differ between revisions, so an alias is taken away before it is given.
                rows.Execute("DELETE FROM registered_model_aliases WHERE name = $1 AND alias = $2", name, alias);
                rows.Execute("INSERT INTO registered_model_aliases (name, alias, version) VALUES ($1, $2, $3)", name, alias, Number(found.Version));
                return true;
            },
            cancellationToken);

    public Task<ModelVersion?> FindByAliasAsync(string name, string alias, CancellationToken cancellationToken)
        => session.ReadAsync(
            rows => rows.Scalar("SELECT version FROM registered_model_aliases WHERE name = $1 AND alias = $2", name, alias) is { } version
                ? Get(rows, name, Convert.ToString(version, CultureInfo.InvariantCulture)!)
                : null,
            cancellationToken);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static MlflowException NoModels() => new(
        ErrorCodes.NotImplemented, "The embedded store has no logged models; a model's files are artifacts of its run.");

    private static bool IsRegistered(SqliteSession rows, string name) => rows.Scalar("SELECT 1 FROM registered_models WHERE name = $1", name) is not null;

    private static long Number(string version) => long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : -1;

    private static ModelVersion Get(SqliteSession rows, string name, string version)
        => rows.Query($"SELECT {Columns} FROM model_versions WHERE name = $1 AND version = $2", Read, name, Number(version)) is [var found]
            ? found
            : throw new MlflowException(ErrorCodes.ResourceDoesNotExist, $"Model Version (name={name}, version={version}) not found");

    private static ModelVersion Read(SqliteDataReader row)
        => new(row.GetString(0), row.GetInt64(1).ToString(CultureInfo.InvariantCulture), row.Text(2), row.Text(3));
}
