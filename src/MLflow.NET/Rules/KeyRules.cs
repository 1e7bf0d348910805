using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MLflow.Rules;

/// <summary>What a metric, parameter or tag key may look like, with the messages of MLflow's servers.</summary>
internal static partial class KeyRules
{
    /// <param name="kind"><c>Metric name</c>, <c>Param key</c> or <c>Tag key</c>, as the length message names it.</param>
    public static void Check(string key, string kind)
    {
        if (string.IsNullOrEmpty(key))
            throw MlflowException.Invalid("Missing value for required parameter 'key'. See the API docs for more information about request parameters.");
        if (!AllowedCharacters().IsMatch(key))
            throw MlflowException.Invalid(
                $"{Supplied(key)} Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).");
        string path = NormalPath(key);
        if (path != key || path == "." || path.StartsWith("..", StringComparison.Ordinal) || path[0] == '/')
            throw MlflowException.Invalid($"{Supplied(key)} Names may be treated as files in certain cases, "
                + $"and must not resolve to other names when treated as such. This name would resolve to '{path}'");
        EntityRules.CheckLength(kind, Limits.KeyLength, key);
    }

    private static string Supplied(string key)
        => $"Invalid value \"{JsonEncodedText.Encode(key, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\" for parameter 'name' supplied:";

    /// <summary>Python's <c>posixpath.normpath</c>, against which servers compare a key.</summary>
    private static string NormalPath(string path)
    {
        string root = path.StartsWith("//", StringComparison.Ordinal) && !path.StartsWith("///", StringComparison.Ordinal)
            ? "//"
            : path[0] == '/' ? "/" : "";
        var parts = new List<string>();
        foreach (string part in path.Split('/'))
        {
            if (part.Length == 0 || part == ".")
                continue;
            if (part != ".." || (root.Length == 0 && parts.Count == 0) || (parts.Count > 0 && parts[^1] == ".."))
                parts.Add(part);
            else if (parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
        }
        string normal = root + string.Join('/', parts);
        return normal.Length == 0 ? "." : normal;
    }

    // Python's \w is any letter or number of Unicode and the underscore; .NET's adds combining marks, which servers refuse.
    [GeneratedRegex(@"\A[/\p{L}\p{N}_.\- :]*\z")]
    private static partial Regex AllowedCharacters();
}
