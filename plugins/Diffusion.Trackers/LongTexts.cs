using System.Globalization;

namespace Diffusion.Trackers;

/// <summary>Values too long for MLflow: their beginning stays in place, the whole becomes an artifact.</summary>
internal sealed class LongTexts
{
    private readonly Dictionary<string, string> _whole = new(StringComparer.Ordinal);

    /// <summary>Artifact path → whole text.</summary>
    public IReadOnlyDictionary<string, string> Whole => _whole;

    /// <summary>The value itself where it is short enough, else its beginning and where to find the rest.</summary>
    public string Fit(string folder, string key, string value, int limit)
    {
        if (value.Length <= limit)
            return value;
        string path = $"long-values/{folder}/{key}.txt";
        _whole[path] = value;
        string note = string.Create(CultureInfo.InvariantCulture, $" … ({value.Length} characters, whole in the artifact {path})");
        return string.Concat(value.AsSpan(0, limit - note.Length), note);
    }
}
