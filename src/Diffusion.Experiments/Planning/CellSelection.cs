using System.IO.Enumeration;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Planning;

/// <summary>Which cells of a plan are meant: <c>solver=ddim*,steps=10</c>, a repeat, a network (<c>training_repeat=1</c>), or the
/// first digits of an id. Several filters add up.</summary>
public sealed class CellSelection
{
    /// <summary>What filters call the number of a repeat: which time a network is sampled.</summary>
    internal const string Repeat = "repeat";

    /// <summary>What filters call the number of a network.</summary>
    internal const string TrainingRepeat = "training_repeat";

    private readonly IReadOnlyList<IReadOnlyList<(string Path, string Pattern)>> _filters;

    private CellSelection(IReadOnlyList<IReadOnlyList<(string Path, string Pattern)>> filters) => _filters = filters;

    /// <summary>Reads filters; none selects everything.</summary>
    /// <exception cref="InputException">A filter is not of the form <c>path=pattern[,path=pattern…]</c> or an id's digits, or no cell meets it.</exception>
    public static CellSelection Read(IReadOnlyList<string> filters, ExperimentPlan plan)
    {
        CellSelection selection = new([.. filters.Select(Parse)]);
        string[] paths = [.. plan.Axes.Select(axis => axis.Path).Concat(Facts(plan.Cells[0]).Keys).Append(Repeat).Append(TrainingRepeat).Distinct()];
        foreach ((string filter, IReadOnlyList<(string Path, string Pattern)> conditions) in filters.Zip(selection._filters))
        {
            if (conditions.FirstOrDefault(condition => condition.Path.Length > 0
                && !paths.Contains(condition.Path)
                && !plan.Cells.Any(cell => Facts(cell).ContainsKey(condition.Path))).Path is { } unknown)
                throw new InputException($"--only {filter}: unknown path '{unknown}'{NameSuggestions.Hint(unknown, paths)}");
            if (!plan.Cells.Any(cell => Meets(cell, conditions)))
            {
                string hint = Hint(conditions, plan.Axes.Select(axis => axis.Path), plan.Cells.Select(cell => cell.AxisValues));
                throw new InputException($"--only {filter}: no cell meets this{hint}");
            }
        }

        return selection;
    }

    /// <summary>Whether a cell is meant.</summary>
    public bool Contains(ExperimentCell cell) => _filters.Count == 0 || _filters.Any(conditions => Meets(cell, conditions));

    /// <summary>
    /// The conditions of a filter; what has no path is the first digits of an id. A comma within brackets separates nothing, so that values such as
    /// "ddim(eta=0.5,x=1)" and "[128,128]" are patterns as tables show them.
    /// </summary>
    internal static IReadOnlyList<(string Path, string Pattern)> Parse(string filter)
    {
        List<(string Path, string Pattern)> conditions = [];
        int start = 0;
        bool[] isWithin = WithinBrackets(filter);
        for (int i = 0; i <= filter.Length; i++)
        {
            if (i < filter.Length && (filter[i] != ',' || isWithin[i]))
                continue;
            string condition = filter[start..i].Trim();
            start = i + 1;
            if (condition.Length > 0)
                conditions.Add(condition.Split('=', 2) is [string path, string pattern] ? (path.Trim(), pattern.Trim()) : ("", condition));
        }

        return conditions;
    }

    /// <summary>The end of a message that no cell meets conditions: for the first value that no cell has on its axis, those that there are.</summary>
    internal static string Hint(
        IEnumerable<(string Path, string Pattern)> conditions, IEnumerable<string> axes, IEnumerable<IReadOnlyDictionary<string, string>> cells)
    {
        HashSet<string> paths = [.. axes];
        foreach ((string path, string pattern) in conditions.Where(condition => paths.Contains(condition.Path)))
        {
            string[] labels = [.. cells.Select(cell => cell.GetValueOrDefault(path, "")).Where(label => label.Length > 0).Distinct()];
            if (!labels.Any(label => Matches(pattern, label)))
                return NameSuggestions.Hint(pattern, labels);
        }

        return "";
    }

    // Brackets without a partner are characters like others: "ddim(*" is a pattern.
    private static bool[] WithinBrackets(string text)
    {
        bool[] isWithin = new bool[text.Length];
        Stack<int> open = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is '(' or '[')
                open.Push(i);
            else if (text[i] is ')' or ']' && open.TryPeek(out int first) && text[first] == (text[i] == ')' ? '(' : '['))
                Array.Fill(isWithin, true, open.Pop(), i - first);
        }

        return isWithin;
    }

    private static bool Meets(ExperimentCell cell, IReadOnlyList<(string Path, string Pattern)> conditions)
    {
        Dictionary<string, string>? facts = null;
        return (cell.AlsoAt ?? []).Prepend(cell.AxisValues).Any(MeetsAt);

        bool MeetsAt(IReadOnlyDictionary<string, string> place) => conditions.All(condition => condition.Path switch
        {
            "" => cell.Id.ToString().StartsWith(condition.Pattern, StringComparison.OrdinalIgnoreCase),
            Repeat => FormattableString.Invariant($"{cell.Repeat}") == condition.Pattern,
            TrainingRepeat => FormattableString.Invariant($"{cell.Number.Training}") == condition.Pattern,
            _ => (place.TryGetValue(condition.Path, out string? label) && Matches(condition.Pattern, label))
                || ((facts ??= Facts(cell)).TryGetValue(condition.Path, out string? fact) && Matches(condition.Pattern, fact)),
        });
    }

    private static Dictionary<string, string> Facts(ExperimentCell cell) => Flattened.ByPath(cell.Experiment.ToJson());

    /// <summary>Whether a label is meant by a pattern, however its numbers are written.</summary>
    internal static bool Matches(string pattern, string text) =>
        NumberText.Canonical(pattern) == NumberText.Canonical(text) || FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);
}
