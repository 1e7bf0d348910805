using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace MLflow.Sqlite;

/// <summary>The tables runs, params and tags.</summary>
internal static class RunRows
{
    private const string Columns = "run_uuid, experiment_id, name, user_id, status, start_time, end_time, artifact_uri, lifecycle_stage";

    /// <summary>Adds a run and returns its id.</summary>
    public static string Insert(SqliteSession session, RunCreation creation, string runId, string artifactLocation, DateTimeOffset now)
    {
        string name = creation.RunName
            ?? creation.Tags.Where(tag => tag.Key == MlflowTags.RunName).Select(tag => tag.Value).FirstOrDefault()
            ?? $"run-{runId[..8]}";
        session.Execute(
            """
            INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time,
                              source_version, lifecycle_stage, artifact_uri, experiment_id)
            VALUES ($1, $2, 'UNKNOWN', '', '', $3, 'RUNNING', $4, NULL, '', 'active', $5, $6)
            """,
            runId, name, creation.UserId, (creation.StartTime ?? now).ToUnixTimeMilliseconds(),
            $"{artifactLocation.TrimEnd('/')}/{runId}/artifacts", ExperimentRows.Key(creation.ExperimentId));
        foreach (RunTag tag in creation.Tags)
            SetTag(session, runId, tag);
        SetTag(session, runId, new RunTag(MlflowTags.RunName, name));
        return runId;
    }

    public static Run Get(SqliteSession session, string runId)
    {
        List<RunInfo> found = session.Query($"SELECT {Columns} FROM runs WHERE run_uuid = $1", Read, runId);
        if (found.Count == 0)
            throw Missing(runId);
        return new Run(
            found[0],
            MetricRows.Latest(session, runId),
            session.Query("SELECT key, value FROM params WHERE run_uuid = $1 ORDER BY key", row => new Param(row.GetString(0), row.Text(1)), runId),
            session.Query("SELECT key, value FROM tags WHERE run_uuid = $1 ORDER BY key", row => new RunTag(row.GetString(0), row.Text(1)), runId),
            DatasetRows.Read(session, runId));
    }

    /// <summary>Ids of the runs a query selects, in its order, and the latest started first where that leaves it open.</summary>
    public static List<string> Search(SqliteSession session, RunQuery query)
    {
        if (query.ExperimentIds.Count == 0)
            return [];
        var values = new List<object?>();
        var sql = new StringBuilder("SELECT run_uuid FROM runs WHERE experiment_id IN (");
        sql.AppendJoin(", ", query.ExperimentIds.Select(id => Value(ExperimentRows.Key(id)))).Append(')').Append(query.View switch
        {
            ViewType.DeletedOnly => " AND lifecycle_stage = 'deleted'",
            ViewType.All => "",
            _ => " AND lifecycle_stage = 'active'",
        });
        foreach (RunTag tag in query.Tags)
            sql.Append(
                CultureInfo.InvariantCulture,
                $" AND EXISTS (SELECT 1 FROM tags WHERE tags.run_uuid = runs.run_uuid AND tags.key = {Value(tag.Key)} AND tags.value = {Value(tag.Value)})");
        var language = new RunFilter(Value);
        if (!string.IsNullOrWhiteSpace(query.Filter))
            sql.Append(" AND ").Append(language.Where(query.Filter));
        string order = string.Concat(query.OrderBy.Select(key => $"{language.OrderBy(key)}, "));
        sql.Append(CultureInfo.InvariantCulture, $" ORDER BY {order}start_time DESC, run_uuid LIMIT {Value(query.MaxResults)}");
        return session.Query(sql.ToString(), row => row.GetString(0), [.. values]);

        string Value(object value)
        {
            values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${values.Count}");
        }
    }

    /// <summary>The experiment of a run that may be written to.</summary>
    public static long RequireActive(SqliteSession session, string runId)
    {
        List<(long Experiment, LifecycleStage Stage)> found = session.Query(
            "SELECT experiment_id, lifecycle_stage FROM runs WHERE run_uuid = $1", row => (row.GetInt64(0), row.Stage(1)), runId);
        if (found.Count == 0)
            throw Missing(runId);
        if (found[0].Stage != LifecycleStage.Active)
            throw MlflowException.Invalid($"The run {runId} must be in the 'active' state. Current state is deleted.");
        return found[0].Experiment;
    }

    public static string ArtifactUri(SqliteSession session, string runId)
        => (string)session.Scalar("SELECT COALESCE(artifact_uri, '') FROM runs WHERE run_uuid = $1", runId)!;

    public static void InsertParams(SqliteSession session, string runId, IReadOnlyList<Param> parameters)
    {
        var changed = new List<string>();
        foreach (Param param in parameters)
        {
            var old = (string?)session.Scalar("SELECT value FROM params WHERE key = $1 AND run_uuid = $2", param.Key, runId);
            if (old is null)
                session.Execute("INSERT INTO params (key, value, run_uuid) VALUES ($1, $2, $3)", param.Key, param.Value, runId);
            else if (old != param.Value)
                changed.Add($"{{'key': {Quoted(param.Key)}, 'old_value': {Quoted(old)}, 'new_value': {Quoted(param.Value)}}}");
        }
        if (changed.Count > 0)
            throw MlflowException.Invalid(
                $"Changing param values is not allowed. Params were already logged='[{string.Join(", ", changed)}]' for run ID='{runId}'.");
    }

    public static void SetTag(SqliteSession session, string runId, RunTag tag)
    {
        session.Execute(
            "INSERT INTO tags (key, value, run_uuid) VALUES ($1, $2, $3) ON CONFLICT (key, run_uuid) DO UPDATE SET value = excluded.value",
            tag.Key, tag.Value, runId);
        if (tag.Key == MlflowTags.RunName)
            session.Execute("UPDATE runs SET name = $1 WHERE run_uuid = $2", tag.Value, runId);
    }

    private static RunInfo Read(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetInt64(1).ToString(CultureInfo.InvariantCulture),
        row.Text(2),
        row.Text(3),
        RunStatusNames.Read(row.Text(4)),
        row.Time(5),
        row.Time(6),
        row.Text(7),
        row.Stage(8));

    public static MlflowException Missing(string runId) => new(ErrorCodes.ResourceDoesNotExist, $"Run with id={runId} not found");

    // As Python writes a string, since the message is a Python list.
    private static string Quoted(string text)
        => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
