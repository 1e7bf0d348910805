using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLflow.Rules;

/// <summary>Tables as MLflow's UI reads them: pandas' "split" form without an index, and a tag that lists them.</summary>
internal static class LoggedTables
{
    /// <summary>The tag that lists a run's tables.</summary>
    public const string Tag = "mlflow.loggedArtifacts";

    private static readonly SearchValues<char> RefusedCharacters = SearchValues.Create("\"',:[]{}");

    public static void CheckPath(string artifactPath)
    {
        if (!artifactPath.EndsWith(".json", StringComparison.Ordinal))
            throw MlflowException.Invalid($"Invalid artifact file path '{artifactPath}'. A table's path ends with '.json'.");
        if (artifactPath.AsSpan().ContainsAny(RefusedCharacters))
            throw MlflowException.Invalid(
                $"The artifact file path '{artifactPath}' contains forbidden characters; a table's path has none of \" ' , : [ ] {{ }}.");
    }

    /// <summary>A number that JSON has no word for becomes null, as pandas writes it.</summary>
    public static byte[] Write(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<JsonNode?>> rows)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("columns");
            foreach (string column in columns)
                json.WriteStringValue(column);
            json.WriteEndArray();
            json.WriteStartArray("data");
            foreach (IReadOnlyList<JsonNode?> row in rows)
            {
                if (row.Count != columns.Count)
                    throw new ArgumentException("Every row has as many cells as there are columns.", nameof(rows));
                json.WriteStartArray();
                foreach (JsonNode? cell in row)
                {
                    if (cell is null || (cell is JsonValue value && value.TryGetValue(out double number) && !double.IsFinite(number)))
                        json.WriteNullValue();
                    else
                        cell.WriteTo(json);
                }
                json.WriteEndArray();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> or MLflow's own client has written.</summary>
    public static async Task<LoggedTable> ReadAsync(Stream content, string artifactPath, CancellationToken cancellationToken)
    {
        try
        {
            JsonNode? json = await JsonNode.ParseAsync(content, cancellationToken: cancellationToken).ConfigureAwait(false);
            if (json is JsonObject table && table["columns"] is JsonArray columns && table["data"] is JsonArray rows)
            {
                LoggedTable read = new(
                    [.. columns.Select(column => $"{column}")], [.. rows.Select(row => (IReadOnlyList<JsonNode?>)[.. row as JsonArray ?? []])]);
                if (read.Rows.All(row => row.Count == read.Columns.Count))
                    return read;
            }
        }
        catch (JsonException exception)
        {
            throw MlflowException.Invalid($"The artifact '{artifactPath}' is no table: {exception.Message}");
        }
        throw MlflowException.Invalid($"The artifact '{artifactPath}' is no table of columns and rows.");
    }

    /// <summary>The tag's value with one more table; null where it lists it already.</summary>
    public static string? WithTable(string? tag, string artifactPath)
    {
        JsonArray listed = [];
        try
        {
            listed = JsonNode.Parse(tag ?? "[]") as JsonArray ?? [];
        }
        catch (JsonException)
        {
            // Not MLflow's own; a new list takes its place.
        }
        if (listed.OfType<JsonObject>().Any(entry => entry["path"]?.ToString() == artifactPath))
            return null;
        listed.Add((JsonNode)new JsonObject { ["path"] = artifactPath, ["type"] = "table" });
        return $"[{string.Join(", ", listed.Select(entry => Entry(entry!.AsObject())))}]";
    }

    private static string Entry(JsonObject entry)
        => $"{{{string.Join(", ", entry.Select(field => $"{Quoted(field.Key)}: {Quoted(field.Value?.ToString() ?? "")}"))}}}";

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
