using System.Globalization;
using System.Text;
using MLflow;

namespace Diffusion.Trackers;

/// <summary>Names as MLflow takes them.</summary>
internal static class MlflowKeys
{
    private const string Punctuation = "_./ -:";

    /// <summary>The key with an underscore for every character MLflow refuses, as a normal relative path, not too long.</summary>
    public static string Clean(string key)
    {
        var clean = new StringBuilder(key.Length);
        foreach (string part in key.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (clean.Length > 0)
                clean.Append('/');
            bool dotted = part is "." or ".." || (clean.Length == 0 && part.StartsWith("..", StringComparison.Ordinal));
            if (dotted)
                clean.Append('_');
            foreach (char c in part)
                clean.Append(char.IsAsciiLetterOrDigit(c) || Punctuation.Contains(c, StringComparison.Ordinal) || char.IsLetter(c) ? c : '_');
        }
        if (clean.Length == 0)
            clean.Append('_');
        clean.Length = Math.Min(clean.Length, Limits.KeyLength);
        return clean.ToString().TrimEnd('/');
    }

    /// <summary>The entries under clean keys; of those that become equal, all but the first by their original order get a number.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Clean(IReadOnlyDictionary<string, string> entries)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string original, string value) in entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            string key = Clean(original);
            for (int number = 2; !used.Add(key); number++)
            {
                string suffix = string.Create(CultureInfo.InvariantCulture, $"_{number}");
                key = Clean(original);
                key = key[..Math.Min(key.Length, Limits.KeyLength - suffix.Length)] + suffix;
            }
            yield return new KeyValuePair<string, string>(key, value);
        }
    }
}
