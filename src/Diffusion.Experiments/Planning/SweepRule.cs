using System.IO.Enumeration;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Planning;

/// <summary>A condition on cells: each path's value is one of those stated. Components match by name, strings also by pattern.</summary>
internal sealed class SweepRule
{
    private static readonly ManifestEdit Edit = new(ManifestSection.Places);

    private readonly IReadOnlyList<Condition> _conditions;

    // Combinations share what they agree in, and a value may be long.
    private readonly Dictionary<ManifestNode, string> _labels = new(ReferenceEqualityComparer.Instance);

    private sealed record Condition(ManifestPath Path, HashSet<string> Labels, HashSet<string> Names, IReadOnlyList<string> Patterns);

    private SweepRule(ManifestOrigin statedAt, IReadOnlyList<Condition> conditions)
    {
        StatedAt = statedAt;
        _conditions = conditions;
    }

    /// <summary>Where it is written.</summary>
    public ManifestOrigin StatedAt { get; }

    /// <summary>How many things of a combination it looks at.</summary>
    public int Cost => _conditions.Sum(condition => 1 + condition.Patterns.Count);

    /// <summary>Whether any cell has met it.</summary>
    public bool WasMet { get; private set; }

    /// <summary>Reads a rule.</summary>
    /// <returns>Null, with problems added, when it is not usable.</returns>
    public static SweepRule? Read(ManifestNode node, ManifestProblems problems)
    {
        if (node.Kind != ManifestNodeKind.Object || node.Members.Count == 0)
        {
            problems.Add(
                node.Origin,
                $"expected an object of conditions, path: value or values, found {(node.Kind == ManifestNodeKind.Object ? "an empty one" : node.KindInWords)}");
            return null;
        }

        List<Condition> conditions = [];
        foreach (ManifestMember member in node.Members)
        {
            if (ManifestPath.Parse(member.Name) is { } path)
                conditions.Add(ConditionOn(path, member.Value.Kind == ManifestNodeKind.Array ? member.Value.Items : [member.Value]));
            else
                problems.Add(member.NameOrigin, $"'{member.Name}' is not a path such as solver.eta or metrics[0].projections");
        }

        return conditions.Count == node.Members.Count ? new(node.Origin, conditions) : null;
    }

    /// <summary>Whether a cell's tree meets every condition.</summary>
    public bool Matches(ManifestNode root)
    {
        bool matches = _conditions.All(condition => Edit.Find(root, condition.Path) is { } found && Matches(condition, found));
        WasMet |= matches;
        return matches;
    }

    private static Condition ConditionOn(ManifestPath path, IReadOnlyList<ManifestNode> values)
    {
        ILookup<bool, string> texts = values.Where(value => value.Kind == ManifestNodeKind.String).Select(value => value.Text).Distinct(StringComparer.Ordinal)
            .ToLookup(text => text.AsSpan().ContainsAny('*', '?', '\\'));
        return new(path, values.Select(AxisLabel.Format).ToHashSet(StringComparer.Ordinal), texts[false].ToHashSet(StringComparer.Ordinal), [.. texts[true]]);
    }

    private bool Matches(Condition condition, ManifestNode found)
    {
        if (!_labels.TryGetValue(found, out string? label))
            _labels[found] = label = AxisLabel.Format(found);
        if (condition.Labels.Contains(label))
            return true;
        return (found.Kind is ManifestNodeKind.String ? found.Text : found[ManifestKeys.Use]?.Text) is { } name
            && (condition.Names.Contains(name) || condition.Patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)));
    }
}
