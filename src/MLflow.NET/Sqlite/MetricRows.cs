using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace MLflow.Sqlite;

/// <summary>
/// The tables metrics, with every point, and latest_metrics, with the greatest point of each key by (step, time, value): the UI and
/// searches read the second, and the writer keeps it up to date. NaN is kept as value 0 with a mark, ±∞ as ±<see cref="double.MaxValue"/>.
/// </summary>
internal static class MetricRows
{
    public static void Insert(SqliteSession session, string runId, IReadOnlyList<Metric> metrics)
    {
        var latest = new Dictionary<string, Row>(StringComparer.Ordinal);
        foreach (Metric metric in metrics)
        {
            var row = new Row(metric.Step, metric.Timestamp.ToUnixTimeMilliseconds(), Stored(metric.Value), double.IsNaN(metric.Value));
            session.Execute(
                "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                metric.Key, row.Value, row.Timestamp, runId, row.Step, row.IsNaN);
            ref Row greatest = ref CollectionsMarshal.GetValueRefOrAddDefault(latest, metric.Key, out bool known);
            if (!known || row.CompareTo(greatest) > 0)
                greatest = row;
        }
        foreach ((string key, Row row) in latest)
            session.Execute(
                """
                INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (key, run_uuid) DO UPDATE
                SET value = excluded.value, timestamp = excluded.timestamp, step = excluded.step, is_nan = excluded.is_nan
                WHERE (excluded.step, excluded.timestamp, excluded.value) > (latest_metrics.step, COALESCE(latest_metrics.timestamp, 0), latest_metrics.value)
                """,
                key, row.Value, row.Timestamp, row.Step, row.IsNaN, runId);
    }

    public static List<Metric> Latest(SqliteSession session, string runId)
        => session.Query("SELECT key, value, COALESCE(timestamp, 0), step, is_nan FROM latest_metrics WHERE run_uuid = $1 ORDER BY key", Read, runId);

    public static List<Metric> History(SqliteSession session, string runId, string key)
        => session.Query(
            "SELECT key, value, timestamp, step, is_nan FROM metrics WHERE key = $1 AND run_uuid = $2 ORDER BY timestamp, step, value, is_nan",
            Read, key, runId);

    private static Metric Read(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetBoolean(4) ? double.NaN : Restored(row.GetDouble(1)),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)),
        row.GetInt64(3));

    private static double Stored(double value) => value switch
    {
        double.NaN => 0,
        double.PositiveInfinity => double.MaxValue,
        double.NegativeInfinity => double.MinValue,
        _ => value,
    };

    private static double Restored(double value) => value switch
    {
        double.MaxValue => double.PositiveInfinity,
        double.MinValue => double.NegativeInfinity,
        _ => value,
    };

    private readonly record struct Row(long Step, long Timestamp, double Value, bool IsNaN) : IComparable<Row>
    {
        public int CompareTo(Row other) => (Step, Timestamp, Value).CompareTo((other.Step, other.Timestamp, other.Value));
    }
}
