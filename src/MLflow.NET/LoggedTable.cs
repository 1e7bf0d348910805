using System.Text.Json.Nodes;
using MLflow.Rules;

namespace MLflow;

/// <summary>
/// A table among artifacts. Its form, and the tag that lists such tables, are there for who compares or writes them without
/// <see cref="MlflowClient.LogTableAsync"/>.
/// </summary>
/// <param name="Columns">A title a column.</param>
/// <param name="Rows">Each has a cell a column: a text, a number, true, false or null.</param>
public sealed record LoggedTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<JsonNode?>> Rows)
{
    /// <summary>The tag that lists a run's tables, by which MLflow's UI finds them.</summary>
    public const string Tag = LoggedTables.Tag;

    /// <summary>A table as MLflow's UI reads it: pandas' "split" form without an index. A number that JSON has no word for becomes null.</summary>
    /// <param name="columns">A title a column.</param>
    /// <param name="rows">Each has a cell a column: a text, a number, true, false or null.</param>
    /// <exception cref="ArgumentException">A row has another number of cells.</exception>
    public static byte[] Format(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<JsonNode?>> rows) => LoggedTables.Write(columns, rows);

    /// <summary>The value of <see cref="Tag"/> for a run that has these tables and no others.</summary>
    /// <param name="artifactPaths">Where they lie; at least one, each ending with <c>.json</c>.</param>
    /// <exception cref="MlflowException">A path cannot be a table's.</exception>
    public static string FormatTag(IReadOnlyList<string> artifactPaths)
    {
        string? value = null;
        foreach (string path in artifactPaths)
        {
            LoggedTables.CheckPath(path);
            value = LoggedTables.WithTable(value, path) ?? value;
        }

        return value ?? "[]";
    }
}
