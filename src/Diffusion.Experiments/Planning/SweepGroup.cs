namespace Diffusion.Experiments.Planning;

/// <summary>Axes that go together, as a zip does: the first values of all, then the second ones. A plain axis is a group of one.</summary>
/// <param name="Axes">Number of each axis within its sweep, and the place of each of its values there.</param>
/// <param name="Count">How many places the group has.</param>
internal sealed record SweepGroup(IReadOnlyList<(int Axis, IReadOnlyList<int> Values)> Axes, int Count)
{
    /// <summary>Every combination of groups: a copy of <paramref name="start"/> with their axes set; the last varies fastest.</summary>
    public static IEnumerable<int[]> Product(IReadOnlyList<SweepGroup> groups, int[] start)
    {
        int[] place = new int[groups.Count];
        while (true)
        {
            int[] values = [.. start];
            for (int i = 0; i < groups.Count; i++)
            {
                foreach ((int axis, IReadOnlyList<int> own) in groups[i].Axes)
                    values[axis] = own[place[i]];
            }

            yield return values;
            int group = place.Length - 1;
            while (group >= 0 && ++place[group] == groups[group].Count)
                place[group--] = 0;
            if (group < 0)
                yield break;
        }
    }
}
