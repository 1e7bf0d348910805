using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Comparing;

/// <summary>Which cells of runs are compared: <c>solver=ddim*,steps=10</c>, a repeat, a network, or the first digits of an id, as when they are run.</summary>
internal static class CellFilter
{
    /// <summary>The cells that any filter means; all without a filter.</summary>
    /// <exception cref="InputException">A filter names a path that no cell has, or no cell meets it.</exception>
    public static ComparedRuns Apply(ComparedRuns runs, IReadOnlyList<string> filters)
    {
        if (filters.Count == 0)
            return runs;
        HashSet<ComparedCell> met = [];
        foreach (string filter in filters)
        {
            IReadOnlyList<(string Path, string Pattern)> conditions = CellSelection.Parse(filter);
            foreach ((string path, _) in conditions.Where(condition => condition.Path.Length > 0))
            {
                string[] known = [.. runs.Axes, CellSelection.Repeat, CellSelection.TrainingRepeat];
                if (!known.Contains(path) && !runs.Cells.Any(cell => Leaf(cell, path) is not null))
                    throw new InputException($"--where {filter}: unknown path '{path}'{NameSuggestions.Hint(path, known)}");
            }

            ComparedCell[] found = [.. runs.Cells.Where(cell => conditions.All(condition => Meets(cell, condition.Path, condition.Pattern)))];
            if (found.Length == 0)
            {
                string hint = CellSelection.Hint(conditions, runs.Axes, runs.Cells.Select(cell => cell.Axes));
                throw new InputException($"--where {filter}: no cell meets this{hint}");
            }

            met.UnionWith(found);
        }

        return runs with { Cells = [.. runs.Cells.Where(met.Contains)] };
    }

    private static bool Meets(ComparedCell cell, string path, string pattern) => path switch
    {
        "" => cell.Record.Id.ToString().StartsWith(pattern, StringComparison.OrdinalIgnoreCase),
        CellSelection.Repeat => FormattableString.Invariant($"{cell.Record.Repeat}") == pattern,
        CellSelection.TrainingRepeat => FormattableString.Invariant($"{cell.Record.TrainingRepeat}") == pattern,
        _ => (cell.Axes.TryGetValue(path, out string? label) && CellSelection.Matches(pattern, label))
            || (Leaf(cell, path) is { } leaf && CellSelection.Matches(pattern, leaf)),
    };

    private static string? Leaf(ComparedCell cell, string path)
    {
        string member = path.Split('.')[0];
        return CompositionChange.Leaves(member, cell.Composition.GetValueOrDefault(member)).GetValueOrDefault(path);
    }
}
