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
