using System.IO.Enumeration;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Planning;

/// <summary>Which cells of a plan are meant: <c>solver=ddim*,steps=10</c>, a repeat, or the first digits of an id. Several filters add up.</summary>
public sealed class CellSelection
{
    private const string Repeat = "repeat";
    private readonly IReadOnlyList<IReadOnlyList<(string Path, string Pattern)>> _filters;

    private CellSelection(IReadOnlyList<IReadOnlyList<(string Path, string Pattern)>> filters) => _filters = filters;

    /// <summary>Reads filters; none selects everything.</summary>
    /// <exception cref="InputException">A filter is not of the form <c>path=pattern[,path=pattern…]</c> or an id's digits, or no cell meets it.</exception>
    public static CellSelection Of(IReadOnlyList<string> filters, ExperimentPlan plan)
    {
        CellSelection selection = new([.. filters.Select(Parse)]);
        string[] paths = [.. plan.Axes.Select(axis => axis.Path).Concat(Facts(plan.Cells[0]).Keys).Append(Repeat).Distinct()];
        foreach ((string filter, IReadOnlyList<(string Path, string Pattern)> conditions) in filters.Zip(selection._filters))
        {
            if (conditions.FirstOrDefault(condition => condition.Path.Length > 0
                && !paths.Contains(condition.Path)
                && !plan.Cells.Any(cell => Facts(cell).ContainsKey(condition.Path))).Path is { } unknown)
                throw new InputException($"--only {filter}: unknown path '{unknown}'{NameSuggestions.Hint(unknown, paths)}");
            if (!plan.Cells.Any(cell => Meets(cell, conditions)))
                throw new InputException($"--only {filter}: no cell meets this");
        }

        return selection;
    }

    /// <summary>Whether a cell is meant.</summary>
    public bool Contains(ExperimentCell cell) => _filters.Count == 0 || _filters.Any(conditions => Meets(cell, conditions));

    /// <summary>The conditions of a filter; what has no path is the first digits of an id.</summary>
    internal static IReadOnlyList<(string Path, string Pattern)> Parse(string filter) =>
        [.. filter.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(condition =>
            condition.Split('=', 2) is [string path, string pattern] ? (path.Trim(), pattern.Trim()) : ("", condition))];

    private static bool Meets(ExperimentCell cell, IReadOnlyList<(string Path, string Pattern)> conditions)
    {
        Dictionary<string, string>? facts = null;
        return (cell.AlsoAt ?? []).Prepend(cell.AxisValues).Any(MeetsAt);

        bool MeetsAt(IReadOnlyDictionary<string, string> place) => conditions.All(condition => condition.Path switch
        {
            "" => cell.Id.ToString().StartsWith(condition.Pattern, StringComparison.OrdinalIgnoreCase),
            Repeat => FormattableString.Invariant($"{cell.Repeat}") == condition.Pattern,
            _ => (place.TryGetValue(condition.Path, out string? label) && Matches(condition.Pattern, label))
                || ((facts ??= Facts(cell)).TryGetValue(condition.Path, out string? fact) && Matches(condition.Pattern, fact)),
        });
    }

    private static Dictionary<string, string> Facts(ExperimentCell cell) => Flattened.Of(cell.Experiment.ToJson());

    /// <summary>Whether a label is meant by a pattern, however its numbers are written.</summary>
    internal static bool Matches(string pattern, string text) =>
        NumberText.Canonical(pattern) == NumberText.Canonical(text) || FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);
}
