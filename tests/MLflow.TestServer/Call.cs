using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MLflow.TestServer;

/// <summary>A request's fields, read with the lenience and the traps of a real server.</summary>
internal sealed partial class Call(JsonObject fields)
{
    // A bare NaN is no JSON. A real server accepts it, stops reading the message there and stores what it has.
    private const string BareNumber = "bare number";

    public JsonObject Fields { get; } = fields;

    public static Call FromBody(byte[] body)
    {
        string text = Encoding.UTF8.GetString(body);
        try
        {
            return new Call(JsonNode.Parse(BareNaN().Replace(text, $"$1\"{BareNumber}\"")) as JsonObject ?? []);
        }
        catch (JsonException)
        {
            return new Call([]);
        }
    }

    public string? Text(string name) => Fields[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public string Required(string name) => Text(name) is { Length: > 0 } text ? text : throw RefusedException.MissingValue(name);

    /// <summary>A text field that older servers take as a number, too.</summary>
    public string? Id(string name, bool takesNumbers)
    {
        if (Fields[name] is not JsonValue value || value.GetValueKind() == JsonValueKind.String)
            return Text(name);
        return takesNumbers
            ? value.ToJsonString()
            : throw RefusedException.Invalid($"Invalid value {value.ToJsonString()} for parameter '{name}' supplied:  Hint: Value was of type 'int'. "
                + "See the API docs for more information about request parameters.");
    }

    public long? Integer(string name) => Fields[name] is JsonValue value
        && long.TryParse(Plain(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;

    public IEnumerable<Call> Items(string name) => (Fields[name] as JsonArray ?? []).OfType<JsonObject>().Select(item => new Call(item));

    public IEnumerable<string> Texts(string name) => (Fields[name] as JsonArray ?? []).Select(item => item!.GetValue<string>());

    /// <summary>A metric point, with what a real server makes of values it does not understand.</summary>
    public StoredPoint Point()
    {
        string key = Required("key");
        if (Fields["value"] is not JsonValue given)
            throw RefusedException.MissingValue("value");
        string value = Plain(given);
        if (value == BareNumber)
            return new StoredPoint(key, 0, 0, 0);
        if (Fields["timestamp"] is null)
            throw RefusedException.MissingValue("timestamp");
        long timestamp = Integer("timestamp") ?? 0;
        double number = given.GetValueKind() switch
        {
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            _ => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) ? parsed : 0,
        };
        if (timestamp < 0)
            throw RefusedException.Invalid(FormattableString.Invariant($"Invalid value {timestamp} for parameter 'timestamp' supplied: ")
                + FormattableString.Invariant($"metric '{key}' (value={number:0.0###############}). Timestamp must be a nonnegative long (64-bit integer) "));
        double stored = double.IsPositiveInfinity(number) ? double.MaxValue : double.IsNegativeInfinity(number) ? double.MinValue : number;
        return new StoredPoint(key, stored, timestamp, Integer("step") ?? 0);
    }

    private static string Plain(JsonValue value) => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();

    [GeneratedRegex(@"(:\s*)(NaN|-?Infinity)(?=\s*[,}\]])")]
    private static partial Regex BareNaN();
}
