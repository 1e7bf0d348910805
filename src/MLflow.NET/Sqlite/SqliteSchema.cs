using System.Globalization;

namespace MLflow.Sqlite;

/// <summary>
/// MLflow's tables: made at one old revision, which every MLflow from 2.8 on opens and migrates by itself, and afterwards only
/// read and filled, by whatever version they have been migrated to.
/// </summary>
internal static class SqliteSchema
{
    /// <summary>The revision a new database is made at.</summary>
    public const string Revision = "acf3f17fdcc7";

    private const string DefaultExperimentId = "0";

    private static readonly (string Table, string[] Columns)[] Needed =
    [
        ("experiments", ["experiment_id", "name", "artifact_location", "lifecycle_stage", "creation_time", "last_update_time"]),
        ("experiment_tags", ["key", "value", "experiment_id"]),
        ("runs", [
            "run_uuid", "name", "source_type", "source_name", "entry_point_name", "user_id", "status", "start_time", "end_time", "source_version",
            "lifecycle_stage", "deleted_time", "artifact_uri", "experiment_id",
        ]),
        ("metrics", ["key", "value", "timestamp", "run_uuid", "step", "is_nan"]),
        ("latest_metrics", ["key", "value", "timestamp", "step", "is_nan", "run_uuid"]),
        ("params", ["key", "value", "run_uuid"]),
        ("tags", ["key", "value", "run_uuid"]),
        ("datasets", ["dataset_uuid", "experiment_id", "name", "digest", "dataset_source_type", "dataset_source", "dataset_schema", "dataset_profile"]),
        ("inputs", ["input_uuid", "source_type", "source_id", "destination_type", "destination_id"]),
        ("input_tags", ["input_uuid", "name", "value"]),
        ("registered_models", ["name", "creation_time", "last_updated_time", "description"]),
        ("registered_model_aliases", ["name", "alias", "version"]),
        ("model_versions", [
            "name", "version", "creation_time", "last_updated_time", "description", "current_stage", "source", "run_id", "status", "storage_location",
        ]),
    ];

    /// <summary>
    /// Makes the tables in an empty database; checks those of any other. Runs inside a write transaction, so that of several
    /// processes that start at once one makes them and the others find them made.
    /// </summary>
    public static void Ensure(SqliteSession session, string artifactRoot, DateTimeOffset now)
    {
        if (session.Scalar("SELECT count(*) FROM sqlite_master") is 0L)
            Create(session, artifactRoot, now);
        else
            Check(session);
    }

    private static void Create(SqliteSession session, string artifactRoot, DateTimeOffset now)
    {
        using Stream script = typeof(SqliteSchema).Assembly.GetManifestResourceStream($"schema-{Revision}.sql")!;
        using var reader = new StreamReader(script);
        session.ExecuteScript(reader.ReadToEnd());
        session.Execute("INSERT INTO alembic_version (version_num) VALUES ($1)", Revision);
        InsertExperiment(session, DefaultExperimentId, "Default", $"{artifactRoot}/{DefaultExperimentId}", now);
    }

    private static void Check(SqliteSession session)
    {
        if (session.Scalar("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'") is null)
            throw new MlflowException(
                ErrorCodes.InvalidState,
                $"'{session.Path}' is the database of another program: it has tables, but not MLflow's alembic_version; choose another file.");
        foreach ((string table, string[] columns) in Needed)
        {
            HashSet<string> present = [.. session.Query("SELECT name FROM pragma_table_info($1)", row => row.GetString(0), table)];
            string? missing = present.Count == 0
                ? $"table {table}"
                : columns.Where(column => !present.Contains(column)).Select(column => $"column {table}.{column}").FirstOrDefault();
            if (missing is not null)
                throw new MlflowException(
                    ErrorCodes.InvalidState,
                    string.Create(
                        CultureInfo.InvariantCulture, $"'{session.Path}' has no {missing}, which tracking needs. "
                            + $"Its MLflow schema is at revision '{session.Scalar("SELECT version_num FROM alembic_version")}'; "
                            + $"open it once with MLflow 2.8 or later, or choose another file."));
        }
    }

    public static void InsertExperiment(SqliteSession session, string id, string name, string artifactLocation, DateTimeOffset now)
        => session.Execute(
            "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time) VALUES ($1, $2, $3, "
                + "'active', $4, $4)",
            long.Parse(id, CultureInfo.InvariantCulture), name, artifactLocation, now.ToUnixTimeMilliseconds());
}
