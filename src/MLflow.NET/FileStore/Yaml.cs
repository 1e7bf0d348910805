using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MLflow.FileStore;

/// <summary>The little of YAML that MLflow's file store writes: one level of keys, in order.</summary>
internal static partial class Yaml
{
    public static string Write(IEnumerable<(string Key, object? Value)> entries)
    {
        var text = new StringBuilder();
        foreach ((string key, object? value) in entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (value is IEnumerable<(string Key, string Value)> pairs)
                WriteMap(text, key, [.. pairs]);
            else
                text.Append(key).Append(": ").Append(Scalar(value)).Append('\n');
        }
        return text.ToString();
    }

    private static void WriteMap(StringBuilder text, string key, (string Key, string Value)[] pairs)
    {
        text.Append(key).Append(pairs.Length == 0 ? ": {}\n" : ":\n");
        foreach ((string name, string value) in pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append("  ").Append(Text(name)).Append(": ").Append(Text(value)).Append('\n');
    }

    private static string Scalar(object? value) => value switch
    {
        null => "null",
        string text => Text(text),
        Array => "[]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>Plain where nothing else can be meant, else quoted.</summary>
    private static string Text(string text)
    {
        if (PlainText().IsMatch(text) && !Keyword().IsMatch(text))
            return text;
        if (!text.Any(char.IsControl) && !text.Any(char.IsSurrogate))
            return $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                _ when char.IsControl(c) => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => c.ToString(),
            });
        return quoted.Append('"').ToString();
    }

    [GeneratedRegex(@"\A[A-Za-z_/][A-Za-z0-9_\-./]*( [A-Za-z0-9_\-./]+)*\z")]
    private static partial Regex PlainText();

    [GeneratedRegex(@"\A(y|yes|n|no|true|false|on|off|null)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Keyword();
}
