using System.Globalization;

namespace Diffusion.Experiments.Components;

/// <summary>"Did you mean": the known name that a mistyped one stands for.</summary>
public static class NameSuggestions
{
    private const int LongestList = 30;
    private const int LongestName = 100;

    /// <summary>
    /// The candidate nearest to <paramref name="name"/> by optimal string alignment (insertions, deletions, substitutions, swaps of
    /// neighbours; case is ignored), or null when more than a third of it would have to change.
    /// </summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        // A name that long is no slip, and comparing takes as many steps as both names have characters, multiplied. Nor is one number meant by another.
        if (name.Length > LongestName || double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            return null;
        string wanted = name.ToUpperInvariant();
        string? nearest = null;
        int smallest = int.MaxValue;
        foreach (string candidate in candidates)
        {
            int distance = Distance(wanted, candidate.ToUpperInvariant());
            if (distance < smallest && distance <= (Math.Max(wanted.Length, candidate.Length) + 2) / 3)
            {
                smallest = distance;
                nearest = candidate;
            }
        }

        return nearest;
    }

    /// <summary>
    /// What a name stands for: the nearest one, or else the shortest that has all its words ("dpm-fast" for "dpm-solver-fast"); null where there is none.
    /// </summary>
    public static string? Meant(string name, IReadOnlyCollection<string> known) =>
        Nearest(name, known) ?? WithAllWords(name.ToUpperInvariant().Split('-', StringSplitOptions.RemoveEmptyEntries), known);

    private static string? WithAllWords(string[] words, IEnumerable<string> candidates) => words.Length < 2
        ? null
        : candidates.Where(candidate => words.All(candidate.ToUpperInvariant().Split('-').Contains)).MinBy(candidate => candidate.Length);

    /// <summary>
    /// The end of a message about an unknown name: "; did you mean 'ddim'? (known: ddim, euler)". A long list is left out where a name is suggested.
    /// </summary>
    public static string Hint(string name, IReadOnlyCollection<string> known)
    {
        string meant = Meant(name, known) is { } nearest ? $"; did you mean '{nearest}'?" : "";
        if (meant.Length > 0 && known.Count > LongestList)
            return meant;
        string list = known.Count > 0 ? string.Join(", ", known.Order(StringComparer.Ordinal)) : "none";
        return $"{meant} (known: {list})";
    }

    private static int Distance(string a, string b)
    {
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int substitution = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(substitution, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
