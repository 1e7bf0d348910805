namespace Diffusion.Experiments.Statistics;

/// <summary>The largest groups whose members are all alike, two by two. Being alike is not transitive, so groups may overlap.</summary>
public static class MaximalGroups
{
    /// <summary>All groups of two or more that no further member would fit, members in order.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="isAlike">Whether two are alike; symmetric.</param>
    public static IReadOnlyList<int[]> Find(int count, Func<int, int, bool> isAlike)
    {
        List<int[]> groups = [];
        Extend([], [.. Enumerable.Range(0, count)], []);
        return [.. groups.OrderBy(group => group[0]).ThenBy(group => group[^1])];

        // Bron and Kerbosch with a pivot.
        void Extend(int[] group, HashSet<int> candidates, HashSet<int> seen)
        {
            if (candidates.Count == 0 && seen.Count == 0)
            {
                if (group.Length > 1)
                    groups.Add([.. group.Order()]);
                return;
            }

            int pivot = candidates.Concat(seen).MaxBy(i => candidates.Count(j => i != j && isAlike(i, j)));
            foreach (int member in candidates.Where(i => i == pivot || !isAlike(pivot, i)).Order().ToArray())
            {
                Extend([.. group, member], Alike(candidates, member), Alike(seen, member));
                candidates.Remove(member);
                seen.Add(member);
            }
        }

        HashSet<int> Alike(HashSet<int> some, int with) => [.. some.Where(i => i != with && isAlike(i, with))];
    }
}
