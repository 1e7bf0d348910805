using System.Globalization;
using Microsoft.Data.Sqlite;

namespace MLflow.Sqlite;

/// <summary>The tables experiments and experiment_tags.</summary>
internal static class ExperimentRows
{
    private const string Columns = "experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time";

    /// <summary>The id as the database keeps it.</summary>
    public static long Key(string experimentId)
        => long.TryParse(experimentId, NumberStyles.None, CultureInfo.InvariantCulture, out long key)
            ? key
            : throw MlflowException.Invalid($"Invalid experiment ID: '{experimentId}'");

    public static Experiment Get(SqliteSession session, string experimentId)
        => First(session, session.Query($"SELECT {Columns} FROM experiments WHERE experiment_id = $1", Read, Key(experimentId)))
            ?? throw new MlflowException(ErrorCodes.ResourceDoesNotExist, $"No Experiment with id={experimentId} exists");

    public static Experiment? Find(SqliteSession session, string name)
        => First(session, session.Query($"SELECT {Columns} FROM experiments WHERE name = $1", Read, name));

    public static List<Experiment> List(SqliteSession session, ViewType view)
        => session.Query($"SELECT {Columns} FROM experiments ORDER BY experiment_id", Read)
            .Where(experiment => view == ViewType.All || (view == ViewType.DeletedOnly) == (experiment.LifecycleStage == LifecycleStage.Deleted))
            .Select(experiment => WithTags(session, experiment))
            .ToList();

    public static void Rename(SqliteSession session, string experimentId, string name, DateTimeOffset now)
        => session.Execute(
            "UPDATE experiments SET name = $1, last_update_time = $2 WHERE experiment_id = $3", name, now.ToUnixTimeMilliseconds(), Key(experimentId));

    /// <summary>Deletes or restores an experiment and, as MLflow does, all of its runs.</summary>
    public static void SetStage(SqliteSession session, string experimentId, LifecycleStage stage, DateTimeOffset now)
    {
        (string word, long? deleted) = stage == LifecycleStage.Deleted ? ("deleted", now.ToUnixTimeMilliseconds()) : ("active", (long?)null);
        session.Execute(
            "UPDATE experiments SET lifecycle_stage = $1, last_update_time = $2 WHERE experiment_id = $3", word, now.ToUnixTimeMilliseconds(),
            Key(experimentId));
        session.Execute("UPDATE runs SET lifecycle_stage = $1, deleted_time = $2 WHERE experiment_id = $3", word, deleted, Key(experimentId));
    }

    private static Experiment? First(SqliteSession session, List<Experiment> found) => found.Count == 0 ? null : WithTags(session, found[0]);

    private static Experiment WithTags(SqliteSession session, Experiment experiment) => experiment with
    {
        Tags = session.Query(
            "SELECT key, value FROM experiment_tags WHERE experiment_id = $1 ORDER BY key",
            row => new ExperimentTag(row.GetString(0), row.Text(1)),
            Key(experiment.ExperimentId)),
    };

    private static Experiment Read(SqliteDataReader row) => new(
        row.GetInt64(0).ToString(CultureInfo.InvariantCulture),
        row.GetString(1),
        row.Text(2),
        row.Stage(3),
        row.Time(4),
        row.Time(5),
        []);
}
