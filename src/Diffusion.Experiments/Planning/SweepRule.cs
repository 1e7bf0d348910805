using System.IO.Enumeration;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Planning;

/// <summary>A condition on cells: each path's value is one of those stated. Components match by name, strings also by pattern.</summary>
internal sealed class SweepRule
{
    private readonly IReadOnlyList<(ManifestPath Path, IReadOnlyList<ManifestNode> Values)> _conditions;

    private SweepRule(ManifestOrigin statedAt, IReadOnlyList<(ManifestPath Path, IReadOnlyList<ManifestNode> Values)> conditions)
    {
        StatedAt = statedAt;
        _conditions = conditions;
    }

    /// <summary>Where it is written.</summary>
    public ManifestOrigin StatedAt { get; }

    /// <summary>Whether any cell has met it.</summary>
    public bool WasMet { get; private set; }

    /// <summary>Reads a rule.</summary>
    /// <returns>Null, with problems added, when it is not usable.</returns>
    public static SweepRule? Read(ManifestNode node, ManifestProblems problems)
    {
        if (node.Kind != ManifestNodeKind.Object || node.Members.Count == 0)
        {
            problems.Add(node.Origin, $"expected an object of conditions, path: value or values, found {(node.Kind == ManifestNodeKind.Object ? "an empty one" : node.KindInWords)}");
            return null;
        }

        List<(ManifestPath, IReadOnlyList<ManifestNode>)> conditions = [];
        foreach (ManifestMember member in node.Members)
        {
            if (ManifestPath.Parse(member.Name) is { } path)
                conditions.Add((path, member.Value.Kind == ManifestNodeKind.Array ? member.Value.Items : [member.Value]));
            else
                problems.Add(member.NameOrigin, $"'{member.Name}' is not a path such as solver.eta or metrics[0].projections");
        }

        return conditions.Count == node.Members.Count ? new(node.Origin, conditions) : null;
    }

    /// <summary>Whether a cell's tree meets every condition.</summary>
    public bool Matches(ManifestNode root)
    {
        bool matches = _conditions.All(condition => ManifestEdit.Find(root, condition.Path) is { } found && condition.Values.Any(value => Equal(found, value)));
        WasMet |= matches;
        return matches;
    }

    private static bool Equal(ManifestNode found, ManifestNode stated)
    {
        string label = AxisLabel.Of(found);
        if (label == AxisLabel.Of(stated))
            return true;
        return stated.Kind == ManifestNodeKind.String
            && (found.Kind is ManifestNodeKind.String ? found.Text : found[ManifestKeys.Use]?.Text) is { } name
            && FileSystemName.MatchesSimpleExpression(stated.Text, name, ignoreCase: false);
    }
}
