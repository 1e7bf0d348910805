using System.Security.Cryptography;
using System.Text;

namespace MLflow.Sqlite;

/// <summary>
/// Finds the run of a <see cref="RunCreation.UniqueTag"/>. MLflow's tables have no index over tags' values, so looking for one costs as much as there are
/// runs. Such a run's id is therefore a function of its tag, and only runs that others have made are looked for by the tag itself, once a session.
/// </summary>
/// <param name="newId">Makes ids of 32 lower-case hexadecimal digits.</param>
internal sealed class UniqueRuns(Func<string> newId)
{
    private const int IdLength = 32;

    private readonly Dictionary<(string Experiment, string Key), Dictionary<string, string>> _others = [];

    /// <summary>The active run of the creation's unique tag; null where there is none, or no such tag.</summary>
    public string? Find(SqliteSession session, RunCreation creation)
    {
        if (creation.UniqueTag is null)
            return null;
        RunTag tag = Tag(creation);
        string id = IdOf(creation.ExperimentId, tag);
        if (IsOf(session, id, creation, tag))
            return id;
        if (Exists(session, id))
            return RunRows.Search(session, new RunQuery([creation.ExperimentId]) { Tags = [tag], MaxResults = 1 }).FirstOrDefault();
        return Others(session, creation.ExperimentId, tag.Key).TryGetValue(tag.Value, out string? other) && IsOf(session, other, creation, tag) ? other : null;
    }

    /// <summary>The id for a run that <see cref="Find"/> has not found.</summary>
    public string NewId(SqliteSession session, RunCreation creation)
    {
        // A deleted run keeps its id.
        string? id = creation.UniqueTag is null ? null : IdOf(creation.ExperimentId, Tag(creation));
        return id is null || Exists(session, id) ? newId() : id;
    }

    private static RunTag Tag(RunCreation creation) => creation.Tags.First(tag => tag.Key == creation.UniqueTag);

    private static string IdOf(string experimentId, RunTag tag) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{experimentId}\n{tag.Key}\n{tag.Value}")))[..IdLength];

    private static bool Exists(SqliteSession session, string runId) => session.Scalar("SELECT 1 FROM runs WHERE run_uuid = $1", runId) is not null;

    private static bool IsOf(SqliteSession session, string runId, RunCreation creation, RunTag tag) => session.Scalar(
        """
        SELECT 1 FROM runs JOIN tags ON tags.run_uuid = runs.run_uuid
        WHERE runs.run_uuid = $1 AND experiment_id = $2 AND lifecycle_stage = 'active' AND tags.key = $3 AND tags.value = $4
        """,
        runId, ExperimentRows.Key(creation.ExperimentId), tag.Key, tag.Value) is not null;

    private Dictionary<string, string> Others(SqliteSession session, string experimentId, string key)
    {
        if (!_others.TryGetValue((experimentId, key), out Dictionary<string, string>? others))
        {
            _others[(experimentId, key)] = others = new(StringComparer.Ordinal);
            List<(string Value, string RunId)> found = session.Query(
                "SELECT tags.value, tags.run_uuid FROM tags JOIN runs ON runs.run_uuid = tags.run_uuid WHERE tags.key = $1 AND experiment_id = $2 AND "
                    + "lifecycle_stage = 'active' ORDER BY start_time",
                row => (row.GetString(0), row.GetString(1)),
                key, ExperimentRows.Key(experimentId));
            foreach ((string value, string runId) in found.Where(run => run.RunId != IdOf(experimentId, new RunTag(key, run.Value))))
                others[value] = runId;
        }

        return others;
    }
}
