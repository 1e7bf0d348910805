namespace Diffusion.Experiments.Running;

/// <summary>
/// What labels are called at a tracker, which takes letters, digits and "_-./ " in a key. Labels that would come out alike are told apart by a number, so that
/// nothing of one is added to the other.
/// </summary>
/// <param name="reserved">Keys that stand for something else.</param>
internal sealed class MetricKeys(params IEnumerable<string> reserved)
{
    /// <summary>What follows a metric's key in that of its standard error.</summary>
    public const string ErrorSuffix = "_se";

    private readonly HashSet<string> _taken = [.. reserved];

    /// <summary>A key, and for a standard error one with <see cref="ErrorSuffix"/>; each call gives another.</summary>
    /// <param name="metric">The metric's label.</param>
    /// <param name="labels">What else the key is to say: where in a sweep.</param>
    public string Add(string metric, params IReadOnlyList<string> labels)
    {
        // "mmd(bandwidth=2)" as "mmd/bandwidth 2", "mmd@t=0.5" as "mmd/t 0.5".
        string name = metric.Replace('@', '/').Replace("(", "/", StringComparison.Ordinal).Replace(")", "", StringComparison.Ordinal).Replace('=', ' ').Replace(
            ",", "", StringComparison.Ordinal);
        string key = string.Concat($"{name}/{string.Join(' ', labels)}".TrimEnd(' ', '/')
            .Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or ' ' ? c : '_'));
        string unique = key;
        for (int number = 2; _taken.Contains(unique) || _taken.Contains(unique + ErrorSuffix); number++)
            unique = FormattableString.Invariant($"{key} {number}");
        _taken.Add(unique);
        _taken.Add(unique + ErrorSuffix);
        return unique;
    }
}
