using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Planning;

/// <summary>The space of a manifest's sweep and the trees that it holds.</summary>
/// <remarks>
/// A sweep is one block or the union of several. A block is the product of its <c>axes</c> and of its <c>zip</c> groups, whose axes go
/// together; <c>when</c> adds axes to the cells that meet a condition. <c>exclude</c> takes cells out.
/// </remarks>
internal sealed class Sweep
{
    private const long MaximumCells = 100_000;
    // With exclusions nobody knows how many cells are left until each combination was looked at.
    private const long MaximumCombinations = 5 * MaximumCells;
    private const long MaximumComparisons = 100 * MaximumCells;
    private const int MaximumBlocks = 1000;
    private const int MaximumAxes = 100;
    private const int Unset = -1;

    private static readonly string[] SpaceKeys = [ManifestKeys.Axes, ManifestKeys.Zip, ManifestKeys.When];
    private static readonly ManifestEdit Edit = new(ManifestSection.Places);

    private readonly ManifestProblems _problems;
    private readonly SweepValues _values;
    private readonly List<Axis> _axes = [];
    private readonly List<SweepBlock> _blocks = [];
    private readonly List<SweepRule> _exclusions = [];
    private readonly ManifestOrigin _statedAt;

    // Values of a component's name or of a whole section are set before values inside it, in whatever order the manifest states them.
    private readonly Dictionary<string, Axis[]> _axesBySection;
    private readonly Dictionary<(string Section, string Place), ManifestNode?> _sections = [];

    // What stands beside a union is part of every block.
    private readonly Dictionary<ManifestNode, (int Index, IReadOnlyList<int> Places)?> _places = new(ReferenceEqualityComparer.Instance);

    private sealed record Axis(string Text, ManifestPath Path, ManifestOrigin StatedAt, int Index)
    {
        public List<ManifestNode> Values { get; } = [];

        public List<string> Labels { get; } = [];

        private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

        // Blocks that state a value alike mean the same one.
        public int Place(ManifestNode value)
        {
            string label = AxisLabel.Format(value);
            if (_places.TryGetValue(label, out int place))
                return place;
            _places[label] = Labels.Count;
            Labels.Add(label);
            Values.Add(value);
            return Labels.Count - 1;
        }
    }

    /// <summary>Reads the sweep of a manifest, checking all but the values.</summary>
    /// <param name="manifest">The composed manifest.</param>
    /// <param name="catalogue">The components that patterns can name.</param>
    /// <param name="options">Binds the sweep's settings.</param>
    /// <param name="problems">Where everything goes that is wrong.</param>
    public Sweep(ExperimentManifest manifest, ComponentCatalogue catalogue, OptionsBinder options, ManifestProblems problems)
    {
        ManifestNode root = manifest.Root;
        _problems = problems;
        _values = new(catalogue, problems);
        _statedAt = root.Origin;
        Base = root.Without(ManifestKeys.Sweep, ManifestKeys.Expect);
        if (root[ManifestKeys.Sweep] is { Kind: not ManifestNodeKind.Null } node)
        {
            _statedAt = node.Origin;
            if (node.Kind != ManifestNodeKind.Object)
            {
                problems.Add(node.Origin, $"expected an object, found {node.KindInWords}");
            }
            else
            {
                if (options.Bind(node, OptionsShape.ForType(typeof(SweepSection)), ManifestKeys.Sweep, [
                    .. SpaceKeys, ManifestKeys.Union, ManifestKeys.Exclude,
                ]) is SweepSection section)
                {
                    Repeats = section.Repeats;
                    NetworksStatedAt = node[ManifestKeys.Repeats]?[RepeatCounts.TrainingKey]?.Origin;
                    UntilStatedAt = node[ManifestKeys.Repeats]?[RepeatCounts.UntilKey]?.Origin;
                }


                Read(node);
                CheckSize();
                CheckSets(manifest);
            }
        }

        if (_blocks.Count == 0)
            _blocks.Add(new([], []));
        Axes = [.. _axes.Select(a => new SweepAxis(a.Text, a.Labels))];
        _axesBySection = _axes.GroupBy(a => a.Path.Section).ToDictionary(g => g.Key, g => g.OrderBy(a => a.Path.Segments.Count).ToArray());
    }

    /// <summary>The manifest without its sweep and without what it claims about it.</summary>
    public ManifestNode Base { get; }

    public IReadOnlyList<SweepAxis> Axes { get; }

    public RepeatCounts Repeats { get; } = new(1);

    /// <summary>Where the number of networks is stated; null where it is not.</summary>
    public ManifestOrigin? NetworksStatedAt { get; }

    /// <summary>Where it is stated that repeats go on until claims are decided; null where it is not.</summary>
    public ManifestOrigin? UntilStatedAt { get; }

    /// <summary>Whether its cells can be looked at: not when there are too many, or when a refused axis would leave a hole in each.</summary>
    public bool CanExpand { get; private set; } = true;

    /// <summary>The label of an axis at a place; "" where the place has no value on it.</summary>
    public string Label(int axis, int value) => value == Unset ? "" : _axes[axis].Labels[value];

    /// <summary>
    /// Every place of the space with its tree, one index an axis, −1 where an axis has no value; the last axis varies fastest. Places that agree in a
    /// section share its node.
    /// </summary>
    public IEnumerable<(int[] Place, ManifestNode Tree)> Places()
    {
        int[] unset = [.. _axes.Select(_ => Unset)];
        long count = 0;
        long seen = 0;
        foreach (SweepBlock block in _blocks)
        {
            foreach (int[] place in SweepGroup.Product(block.Groups, unset))
            {
                foreach (int[] full in WithConditionals(block, place))
                {
                    if (++seen > MaximumCombinations)
                    {
                        _problems.Add(_statedAt, FormattableString.Invariant(
                            $"the sweep has more than {MaximumCombinations} combinations, excluded ones counted; at most that many can be looked at"));
                        yield break;
                    }

                    if (Compose(full) is not { } tree || _exclusions.Exists(rule => rule.Matches(tree)))
                        continue;
                    if (++count * Repeats.Total > MaximumCells)
                    {
                        _problems.Add(
                            _statedAt, FormattableString.Invariant($"the sweep has more than {MaximumCells} cells; at most that many can be planned at once"));
                        yield break;
                    }

                    yield return (full, tree);
                }
            }
        }

        foreach (SweepRule rule in _exclusions.Concat(_blocks.SelectMany(block => block.Conditionals.Select(conditional => conditional.Rule)))
            .Where(rule => !rule.WasMet))
            _problems.Add(rule.StatedAt, "no cell meets this condition");
    }

    private IEnumerable<int[]> WithConditionals(SweepBlock block, int[] place)
    {
        if (block.Conditionals.Count == 0 || Compose(place) is not { } tree)
            return [place];
        SweepGroup[] groups = [.. block.Conditionals.Where(conditional => conditional.Rule.Matches(tree)).SelectMany(conditional => conditional.Groups)];
        return SweepGroup.Product(groups, place);
    }

    private ManifestNode? Compose(int[] place)
    {
        ManifestNode root = Base;
        foreach ((string section, Axis[] axes) in _axesBySection)
        {
            if (Array.TrueForAll(axes, a => place[a.Index] == Unset))
                continue;

            string key = string.Join(',', axes.Select(a => place[a.Index]));
            if (!_sections.TryGetValue((section, key), out ManifestNode? node))
                _sections[(section, key)] = node = ComposeSection(axes, place);
            if (node is null)
                return null;
            root = ManifestKeys.Opposite(section) is { } opposite ? root.Without(opposite) : root;
            root = root.With(section, node, axes[0].StatedAt);
        }

        return root;
    }

    private ManifestNode? ComposeSection(Axis[] axes, int[] place)
    {
        ManifestNode? root = Base;
        foreach (Axis axis in axes.Where(a => place[a.Index] != Unset))
            root = root is null ? null : Edit.Set(root, axis.Path, axis.Values[place[axis.Index]], axis.StatedAt, _problems);
        return root?[axes[0].Path.Section];
    }

    private void Read(ManifestNode node)
    {
        bool hasUnion = node[ManifestKeys.Union] is { Kind: not ManifestNodeKind.Null };
        ManifestNode[] blocks = hasUnion ? [.. Elements(node[ManifestKeys.Union]!, "blocks")] : [node];
        if (blocks.Length > MaximumBlocks)
        {
            _problems.Add(
                node[ManifestKeys.Union]!.Origin, FormattableString.Invariant($"the union has {blocks.Length} blocks; at most {MaximumBlocks} are possible"));
            CanExpand = false;
            return;
        }

        foreach (ManifestNode block in blocks)
        {
            if (block.Kind != ManifestNodeKind.Object)
            {
                _problems.Add(block.Origin, $"expected an object, found {block.KindInWords}");
                continue;
            }

            if (hasUnion)
                CheckKeys(block, SpaceKeys, "a block of the union");
            // What stands beside the union belongs to every block of it.
            _blocks.Add(hasUnion ? Block([node, block]) : Block([block]));
        }

        foreach (ManifestNode exclusion in node[ManifestKeys.Exclude] is { Kind: not ManifestNodeKind.Null } exclude ? Elements(exclude, "conditions") : [])
        {
            if (SweepRule.Read(exclusion, _problems) is { } rule)
                _exclusions.Add(rule);
        }
    }

    private SweepBlock Block(IReadOnlyList<ManifestNode> parts)
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        List<SweepGroup> groups = [.. parts.SelectMany(part => Groups(part, taken))];
        List<(SweepRule, IReadOnlyList<SweepGroup>)> conditionals = [];
        foreach (ManifestNode conditional in parts.SelectMany(
            part => part[ManifestKeys.When] is { Kind: not ManifestNodeKind.Null } when ? Elements(when, "conditional axes") : []))
        {
            if (conditional.Kind != ManifestNodeKind.Object)
            {
                _problems.Add(conditional.Origin, $"expected an object, found {conditional.KindInWords}");
                continue;
            }

            CheckKeys(conditional, [ManifestKeys.If, ManifestKeys.Axes, ManifestKeys.Zip], ManifestKeys.When);
            if (conditional[ManifestKeys.If] is not { } condition)
                _problems.Add(conditional.Origin, "missing key 'if', the condition");
            else if (SweepRule.Read(condition, _problems) is { } rule)
                conditionals.Add((rule, [.. Groups(conditional, [.. taken])]));
        }

        return new(groups, conditionals);
    }

    private IEnumerable<SweepGroup> Groups(ManifestNode part, HashSet<string> taken)
    {
        foreach (ManifestMember member in Members(part[ManifestKeys.Axes], "axes, path: values"))
        {
            if (Values(member, taken) is { } axis)
                yield return new([(axis.Index, axis.Places)], axis.Places.Count);
        }

        foreach (ManifestMember zip in Members(part[ManifestKeys.Zip], "groups of axes, name: { path: values }"))
        {
            (int Index, IReadOnlyList<int> Places)[] axes = [.. Members(zip.Value, "axes, path: values").Select(member => Values(member, taken))
                .OfType<(int, IReadOnlyList<int>)>()];
            if (axes.Length == 0)
                continue;
            if (axes.Select(axis => axis.Places.Count).Distinct().Count() > 1)
            {
                _problems.Add(zip.NameOrigin, "the axes of a zip need as many values as each other, but have "
                    + $"{string.Join(" and ", axes.Select(axis => $"{axis.Places.Count} ({_axes[axis.Index].Text})"))} values");
                CanExpand = false;
                continue;
            }

            yield return new(axes, axes[0].Places.Count);
        }
    }

    private (int Index, IReadOnlyList<int> Places)? Values(ManifestMember member, HashSet<string> taken)
    {
        if (ReadPath(member) is not { } path)
            return null;
        if (!taken.Add(path.ToString()))
        {
            // The other axis may have been refused for its values.
            string twin = _axes.Find(a => a.Path.ToString() == path.ToString())?.Text ?? member.Name;
            _problems.Add(member.NameOrigin, $"the same path as the axis '{twin}'");
            return null;
        }

        if (!_places.TryGetValue(member.Value, out (int Index, IReadOnlyList<int> Places)? places))
            _places[member.Value] = places = ReadValues(member, path);
        return places;
    }

    private (int Index, IReadOnlyList<int> Places)? ReadValues(ManifestMember member, ManifestPath path)
    {
        if (_values.Read(path, member.Value) is not { } values)
        {
            CanExpand &= Base[path.Section] is not null;
            return null;
        }

        Axis? axis = _axes.FirstOrDefault(a => a.Path.ToString() == path.ToString());
        if (axis is null && _axes.Count == MaximumAxes)
        {
            _problems.Add(member.NameOrigin, $"a sweep has at most {MaximumAxes} axes");
            CanExpand = false;
            return null;
        }

        if (axis is null)
            _axes.Add(axis = new(member.Name, path, member.NameOrigin, _axes.Count));
        return (axis.Index, [.. values.Select(axis.Place).Distinct()]);
    }

    private IEnumerable<ManifestMember> Members(ManifestNode? node, string what)
    {
        if (node is not null and not { Kind: ManifestNodeKind.Object or ManifestNodeKind.Null })
            _problems.Add(node.Origin, $"expected an object of {what}, found {node.KindInWords}");
        return node?.Members.Where(m => m.Value.Kind != ManifestNodeKind.Null) ?? [];
    }

    private IReadOnlyList<ManifestNode> Elements(ManifestNode node, string what)
    {
        if (node.Kind != ManifestNodeKind.Array)
            _problems.Add(node.Origin, $"expected an array of {what}, found {node.KindInWords}");
        return node.Items;
    }

    private void CheckKeys(ManifestNode node, IReadOnlyCollection<string> known, string owner)
    {
        foreach (ManifestMember member in node.Members.Where(m => !known.Contains(m.Name)))
            _problems.Add(member.NameOrigin, $"unknown key '{member.Name}' in {owner}{NameSuggestions.Hint(member.Name, known)}");
    }

    private ManifestPath? ReadPath(ManifestMember member)
    {
        ManifestPath? path = ManifestPath.Parse(member.Name);
        if (path is null)
            _problems.Add(member.NameOrigin, $"'{member.Name}' is not a path such as solver.eta or metrics[0].projections");
        if (path is null || SweptPlaces.Include(path.Section))
            return path;
        _problems.Add(member.NameOrigin, $"'{path.Section}' cannot be swept");
        return null;
    }

    private void CheckSize()
    {
        double combinations = _blocks.Sum(block => block.Size);
        double comparisons =
            _blocks.Sum(block => block.Size * (_exclusions.Sum(rule => rule.Cost) + block.Conditionals.Sum(conditional => conditional.Rule.Cost)));
        string? problem = null;
        if (_exclusions.Count == 0 && combinations * Repeats.Total > MaximumCells)
            problem = FormattableString.Invariant($"the sweep has {combinations * Repeats.Total:R} cells; at most {MaximumCells} can be planned at once");
        else if (combinations > MaximumCombinations)
            problem =
                FormattableString.Invariant($"the sweep has {combinations:R} combinations before exclude; at most {MaximumCombinations} can be looked at");
        else if (comparisons > MaximumComparisons)
            problem = FormattableString.Invariant($"the sweep's {combinations:R} combinations would take {comparisons:R} comparisons with the conditions of ")
                + FormattableString.Invariant($"exclude and when; at most {MaximumComparisons} are made");
        if (problem is null)
            return;
        CanExpand = false;
        _problems.Add(_statedAt, problem);
    }

    // Who sets a value and sees another in every cell has been misled.
    private void CheckSets(ExperimentManifest manifest)
    {
        foreach ((ManifestPath path, ManifestOrigin statedAt) in manifest.Sets)
        {
            if (_axes.Find(a => a.Path.Covers(path)
                && _blocks.TrueForAll(block => block.Groups.Any(group => group.Axes.Any(own => own.Axis == a.Index)))) is { } axis)
                _problems.Add(
                    statedAt,
                    $"has no effect: the axis '{axis.Text}' sets it in every cell; --set sweep.axes.{axis.Text}=[…] changes the axis, =null takes it out");
        }
    }
}
