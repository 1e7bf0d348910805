using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Planning;

/// <summary>The axes of a manifest and the trees that they span.</summary>
internal sealed class Sweep
{
    private const long MaximumCells = 100_000;

    // Values of a component's name or of a whole section are set before values inside it, in whatever order the manifest states them.
    private readonly Dictionary<string, Axis[]> _axesBySection;
    private readonly Dictionary<(string Section, string Place), ManifestNode?> _sections = [];
    private readonly ManifestProblems _problems;

    private sealed record Axis(string Text, ManifestPath Path, ManifestOrigin StatedAt, IReadOnlyList<ManifestNode> Values, int Index);

    /// <summary>Reads the sweep of a manifest, checking all but the values.</summary>
    /// <param name="manifest">The composed manifest.</param>
    /// <param name="options">Binds the sweep's settings.</param>
    /// <param name="problems">Where everything goes that is wrong.</param>
    public Sweep(ExperimentManifest manifest, OptionsBinder options, ManifestProblems problems)
    {
        ManifestNode root = manifest.Root;
        _problems = problems;
        Base = root.Without(ManifestKeys.Sweep);
        List<Axis> axes = [];
        if (root[ManifestKeys.Sweep] is { Kind: not ManifestNodeKind.Null } node)
        {
            if (node.Kind != ManifestNodeKind.Object)
            {
                problems.Add(node.Origin, $"expected an object, found {node.KindInWords}");
            }
            else
            {
                if (options.Bind(node, OptionsShape.Of(typeof(SweepSection)), ManifestKeys.Sweep, ManifestKeys.Axes) is SweepSection section)
                    Repeats = section.Repeats;
                axes = ReadAxes(node[ManifestKeys.Axes]);
                CheckSize(axes, node);
                CheckSets(axes, manifest);
            }
        }

        Axes = [.. axes.Select(a => new SweepAxis(a.Text, [.. a.Values.Select(AxisLabel.Of)]))];
        _axesBySection = axes.GroupBy(a => a.Path.Section).ToDictionary(g => g.Key, g => g.OrderBy(a => a.Path.Segments.Count).ToArray());
    }

    /// <summary>The manifest without its sweep.</summary>
    public ManifestNode Base { get; }

    public IReadOnlyList<SweepAxis> Axes { get; }

    public int Repeats { get; } = 1;

    /// <summary>Whether its cells can be looked at: not when there are too many, or when a refused axis would leave a hole in each.</summary>
    public bool CanExpand { get; private set; } = true;

    /// <summary>Every combination of the axes, one index an axis; the last varies fastest.</summary>
    public IEnumerable<int[]> Combinations()
    {
        int[] place = new int[Axes.Count];
        while (true)
        {
            yield return [.. place];
            int axis = place.Length - 1;
            while (axis >= 0 && ++place[axis] == Axes[axis].Labels.Count)
                place[axis--] = 0;
            if (axis < 0)
                yield break;
        }
    }

    /// <summary>The tree of a combination. Combinations that agree in a section share its node.</summary>
    /// <returns>Null, with a problem added, when an axis leads nowhere.</returns>
    public ManifestNode? Compose(int[] place)
    {
        ManifestNode root = Base;
        foreach ((string section, Axis[] axes) in _axesBySection)
        {
            string key = string.Join(',', axes.Select(a => place[a.Index]));
            if (!_sections.TryGetValue((section, key), out ManifestNode? node))
                _sections[(section, key)] = node = ComposeSection(axes, place);
            if (node is null)
                return null;
            root = root.With(section, node, axes[0].StatedAt);
        }

        return root;
    }

    private ManifestNode? ComposeSection(Axis[] axes, int[] place)
    {
        ManifestNode? root = Base;
        foreach (Axis axis in axes)
            root = root is null ? null : ManifestEdit.Set(root, axis.Path, axis.Values[place[axis.Index]], axis.StatedAt, _problems);
        return root?[axes[0].Path.Section];
    }

    private List<Axis> ReadAxes(ManifestNode? node)
    {
        List<Axis> axes = [];
        if (node is not null and not { Kind: ManifestNodeKind.Object or ManifestNodeKind.Null })
            _problems.Add(node.Origin, $"expected an object of axes, path: values, found {node.KindInWords}");
        foreach (ManifestMember member in node?.Members.Where(m => m.Value.Kind != ManifestNodeKind.Null) ?? [])
        {
            if (ReadPath(member) is not { } path)
                continue;
            if (axes.FirstOrDefault(a => a.Path.ToString() == path.ToString()) is { } twin)
                _problems.Add(member.NameOrigin, $"the same path as the axis '{twin.Text}'");
            else if (HasValues(member))
                axes.Add(new(member.Name, path, member.NameOrigin, member.Value.Items, axes.Count));
            else
                CanExpand &= Base[path.Section] is not null;
        }

        return axes;
    }

    private ManifestPath? ReadPath(ManifestMember member)
    {
        ManifestPath? path = ManifestPath.Parse(member.Name);
        if (path is null)
            _problems.Add(member.NameOrigin, $"'{member.Name}' is not a path such as solver.eta or metrics[0].projections");
        if (path?.Section is not (ManifestKeys.Sweep or ManifestKeys.Extends or ManifestKeys.Schema or ManifestKeys.Name or ManifestKeys.Description))
            return path;
        _problems.Add(member.NameOrigin, $"'{path.Section}' cannot be swept");
        return null;
    }

    private bool HasValues(ManifestMember member)
    {
        ManifestNode values = member.Value;
        if (values.Kind != ManifestNodeKind.Array)
        {
            _problems.Add(values.Origin, $"expected an array of values, found {values.KindInWords}");
            return false;
        }

        if (values.Items.Count == 0)
            _problems.Add(values.Origin, "an axis needs at least one value");

        HashSet<string> labels = [];
        foreach (ManifestNode value in values.Items)
        {
            if (!labels.Add(AxisLabel.Of(value)))
                _problems.Add(value.Origin, $"{AxisLabel.Of(value)} stands twice on this axis");
        }

        return values.Items.Count > 0;
    }

    private void CheckSize(List<Axis> axes, ManifestNode sweep)
    {
        double cells = axes.Aggregate((double)Repeats, (product, axis) => product * axis.Values.Count);
        if (cells <= MaximumCells)
            return;
        CanExpand = false;
        _problems.Add(sweep.Origin, FormattableString.Invariant($"the sweep has {cells:R} cells; at most {MaximumCells} can be planned at once"));
    }

    // Who sets a value and sees another in every cell has been misled.
    private void CheckSets(List<Axis> axes, ExperimentManifest manifest)
    {
        foreach ((ManifestPath path, ManifestOrigin statedAt) in manifest.Sets)
        {
            if (axes.FirstOrDefault(a => a.Path.Covers(path)) is { } axis)
                _problems.Add(statedAt, $"has no effect: the axis '{axis.Text}' sets it in every cell; --set sweep.axes.{axis.Text}=[…] changes the axis, =null takes it out");
        }
    }
}
