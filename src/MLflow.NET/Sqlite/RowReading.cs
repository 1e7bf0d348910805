using Microsoft.Data.Sqlite;

namespace MLflow.Sqlite;

/// <summary>Columns as MLflow fills them; nearly all of them may be NULL.</summary>
internal static class RowReading
{
    public static string Text(this SqliteDataReader row, int column) => row.IsDBNull(column) ? "" : row.GetString(column);

    public static string? OptionalText(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static DateTimeOffset? Time(this SqliteDataReader row, int column)
        => row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static LifecycleStage Stage(this SqliteDataReader row, int column)
        => row.Text(column) == "deleted" ? LifecycleStage.Deleted : LifecycleStage.Active;
}
