using System.Globalization;
using System.Text.Json;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Reporting.Writing;

/// <summary>Numbers as a report holds them: rounded, since nobody sees the rest, and null where they are none.</summary>
internal static class JsonNumbers
{
    /// <summary>Significant digits of summaries.</summary>
    public const int Digits = 9;

    // Of single cells as many as float32 arithmetic means.
    private const string CellDigits = "G7";
    private const string SummaryDigits = "G9";

    public static void Number(this Utf8JsonWriter json, double? value, bool isOfCell = false)
    {
        if (value is { } number && double.IsFinite(number))
            json.WriteRawValue(number.ToString(isOfCell ? CellDigits : SummaryDigits, CultureInfo.InvariantCulture));
        else
            json.WriteNullValue();
    }

    public static void Number(this Utf8JsonWriter json, string name, double? value)
    {
        json.WritePropertyName(name);
        json.Number(value);
    }

    public static void Numbers(this Utf8JsonWriter json, string name, IEnumerable<double?> values, bool isOfCell = false)
    {
        json.WriteStartArray(name);
        foreach (double? value in values)
            json.Number(value, isOfCell);
        json.WriteEndArray();
    }

    public static void Numbers(this Utf8JsonWriter json, string name, IEnumerable<int> values)
    {
        json.WriteStartArray(name);
        foreach (int value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    public static void Strings(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WritePropertyName(name);
        json.Strings(values);
    }

    public static void Strings(this Utf8JsonWriter json, IEnumerable<string> values)
    {
        json.WriteStartArray();
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary>The ends of an interval as two properties.</summary>
    public static void Ends(this Utf8JsonWriter json, Interval? interval)
    {
        json.Number("lo", interval?.Low);
        json.Number("hi", interval?.High);
    }

    /// <summary>Labels as an object.</summary>
    public static void Labels(this Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> labels)
    {
        json.WriteStartObject(name);
        foreach ((string key, string value) in labels)
            json.WriteString(key, value);
        json.WriteEndObject();
    }
}
