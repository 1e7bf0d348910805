using System.IO.Enumeration;
using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Claims;

/// <summary>A configuration of a sweep, as claims speak of it: all its repeats together.</summary>
public sealed class ClaimedConfiguration
{
    private readonly Func<string, string?> _fact;

    /// <param name="axes">Its place in the sweep: axis → label, "" on axes that do not concern it.</param>
    /// <param name="cells">Its repeats and the ids of their cells.</param>
    /// <param name="fact">What stands at a path of its composition; null where nothing does.</param>
    public ClaimedConfiguration(IReadOnlyDictionary<string, string> axes, IReadOnlyList<(RepeatNumber Repeat, string Id)> cells, Func<string, string?> fact)
    {
        Axes = axes;
        Cells = cells;
        _fact = fact;
    }

    /// <summary>Its place in the sweep: axis → label, "" on axes that do not concern it.</summary>
    public IReadOnlyDictionary<string, string> Axes { get; }

    /// <summary>Its repeats and the ids of their cells.</summary>
    public IReadOnlyList<(RepeatNumber Repeat, string Id)> Cells { get; }

    /// <summary>The label of an axis, or what stands at a path; null where there is neither.</summary>
    internal string? LabelOf(string path) => Axes.TryGetValue(path, out string? label) && label.Length > 0 ? label : _fact(path);

    /// <summary>Whether what stands at a path is one of some values: by the axis' label or by the composition, as filters on cells match.</summary>
    internal bool Meets(string path, string value) =>
        (Axes.TryGetValue(path, out string? label) && IsMeant(value, label)) || (_fact(path) is { } fact && IsMeant(value, fact));

    /// <summary>Whether it meets every condition.</summary>
    internal bool Meets(CellConditions conditions) => conditions.All.All(condition => condition.Values.Any(value => Meets(condition.Path, value)));

    private static bool IsMeant(string value, string text) =>
        NumberText.Canonical(value) == NumberText.Canonical(text) || FileSystemName.MatchesSimpleExpression(value, text, ignoreCase: false);
}
