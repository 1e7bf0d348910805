namespace Diffusion.Experiments.Manifests;

/// <summary>From a file to one composed tree.</summary>
/// <param name="places">Where components stand.</param>
/// <param name="problems">Where everything goes that is wrong.</param>
internal sealed class ManifestReader(ComponentPlaces places, ManifestProblems problems)
{
    // Enough for any experiment; data belong in files of their own.
    private const int LargestFile = 4 << 20;
    private const int DeepestExtends = 50;

    private readonly ManifestEdit _edit = new(places);
    private readonly ManifestMerge _merge = new(places);
    private readonly Dictionary<string, ManifestNode?> _read = new(StringComparer.Ordinal);
    private readonly List<(ManifestPath Path, ManifestOrigin StatedAt)> _sets = [];

    /// <summary>
    /// Reads a manifest, what it extends, and lays the <c>--set</c> texts over it: a whole section or a component's name before what is inside it, in whatever
    /// order they are given, as the axes of a sweep are.
    /// </summary>
    /// <returns>Null, with problems added, when there is no tree to go on with.</returns>
    public ExperimentManifest? Read(string file, IReadOnlyList<string> sets)
    {
        if (file.Length == 0)
        {
            problems.Add(new("manifest", 0, 0, "", "the path of a manifest is expected, found an empty text"));
            return null;
        }

        string fullPath = Path.GetFullPath(WithoutNul(file));
        ManifestNode? root = ReadFile(fullPath, statedAt: null, []);
        List<(ManifestPath Path, ManifestOrigin StatedAt, string Value)> stated = [.. sets.Select(Parse).OfType<(ManifestPath, ManifestOrigin, string)>()];
        foreach ((ManifestPath path, ManifestOrigin place, _) in stated)
        {
            if (_sets.Find(earlier => SamePlace(earlier.Path, path)) is { Path: not null } twin)
                problems.Add(place, $"conflicts with '{twin.StatedAt.Source.Name}': give one of them");
            _sets.Add((path, place));
        }

        // A stable sort: what stands at one depth stays in the order in which it is given.
        foreach ((ManifestPath path, ManifestOrigin place, string value) in stated.OrderBy(set => set.Path.Segments.Count))
        {
            if (root is not null && ManifestParser.ParseArgument(value, place, problems) is { } node)
                root = _edit.Set(root, path, node, place, problems) ?? root;
        }

        return root is null ? null : new(fullPath, root, _sets);
    }

    private static bool SamePlace(ManifestPath a, ManifestPath b) =>
        a.ToString() == b.ToString() || (a.Segments.Count == 1 && b.Segments.Count == 1 && ManifestKeys.Opposite(a.Section) == b.Section);

    // NUL is the one character that .NET refuses in any path; as a character of a name it finds nothing.
    private static string WithoutNul(string path) => path.Replace('\0', '?');

    private ManifestNode? ReadFile(string fullPath, ManifestOrigin? statedAt, IReadOnlyList<string> readFrom)
    {
        ManifestSource source = ManifestSource.OfFile(fullPath);
        if (readFrom.Contains(fullPath))
        {
            string chain = string.Join(" → ", readFrom.SkipWhile(f => f != fullPath).Append(fullPath).Select(Path.GetFileName));
            problems.Add(statedAt!, $"extends itself: {chain}");
            return null;
        }

        // Manifests that extend the same others, which extend the same others, would else be read twice as often at every level.
        if (_read.TryGetValue(fullPath, out ManifestNode? known))
            return known;
        if (readFrom.Count > DeepestExtends)
        {
            problems.Add(statedAt!, $"more than {DeepestExtends} manifests that each extend the next, which is the limit");
            return null;
        }

        return _read[fullPath] = Read(fullPath, source, statedAt, readFrom);
    }

    private ManifestNode? Read(string fullPath, ManifestSource source, ManifestOrigin? statedAt, IReadOnlyList<string> readFrom)
    {
        byte[] content;
        try
        {
            long length = new FileInfo(fullPath) is { Exists: true } info ? info.Length : 0;
            if (length > LargestFile)
            {
                string tooLarge = FormattableString.Invariant($"{length >> 20} MiB are too much for a manifest; the limit is {LargestFile >> 20} MiB");
                problems.Add(new(source.Name, 0, 0, "", tooLarge));
                return null;
            }

            content = File.ReadAllBytes(fullPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string reason = e is FileNotFoundException or DirectoryNotFoundException ? "file not found"
                : Directory.Exists(fullPath) ? "a folder, where a manifest is expected"
                : e.Message;
            if (statedAt is null)
                problems.Add(new(source.Name, 0, 0, "", reason));
            else
                problems.Add(statedAt, $"{reason}: {fullPath}");
            return null;
        }

        ManifestNode? root = ManifestParser.ParseFile(content, source, problems);
        if (root is { Kind: not ManifestNodeKind.Object })
        {
            problems.Add(root.Origin, $"expected an object, found {root.KindInWords}");
            return null;
        }

        return root is null ? null : Extend(root, fullPath, [.. readFrom, fullPath]);
    }

    private ManifestNode? Extend(ManifestNode root, string fullPath, IReadOnlyList<string> readFrom)
    {
        ManifestNode upper = root.Without(ManifestKeys.Extends);
        if (root[ManifestKeys.Extends] is not { Kind: not ManifestNodeKind.Null } extends)
            return upper;

        ManifestNode? lower = null;
        bool isComplete = true;
        foreach (ManifestNode item in extends.Kind == ManifestNodeKind.Array ? extends.Items : [extends])
        {
            if (item.Kind != ManifestNodeKind.String)
            {
                problems.Add(item.Origin, $"expected the path of a manifest, found {item.KindInWords}");
                continue;
            }

            string path = Path.GetFullPath(WithoutNul(item.Text), Path.GetDirectoryName(fullPath)!);
            // A name belongs to the file that states it: two experiments under one name would share a results folder.
            ManifestNode? part = ReadFile(path, item.Origin, readFrom)?.Without(ManifestKeys.Schema, ManifestKeys.Name, ManifestKeys.Description);
            isComplete &= part is not null;
            lower = lower is null || part is null ? part ?? lower : _merge.Over(lower, part);
        }

        if (!isComplete)
            return null;
        return lower is null ? upper : _merge.Over(lower, upper);
    }

    private (ManifestPath Path, ManifestOrigin Place, string Value)? Parse(string set)
    {
        ManifestSource source = new($"--set {set}", Environment.CurrentDirectory);
        ManifestOrigin origin = new(source, 0, 0, "");
        int equals = set.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            problems.Add(origin, "expected path=value, for instance solver.eta=0.5");
            return null;
        }

        if (ManifestPath.Parse(set[..equals].Trim()) is not { } path)
        {
            problems.Add(origin, $"'{set[..equals]}' is not a path such as solver.eta or metrics[0].projections");
            return null;
        }

        if (path.Section == ManifestKeys.Extends)
        {
            problems.Add(origin, "a manifest can be extended only from a file");
            return null;
        }

        return (path, origin with { Place = JsonPlace.At(path.JsonPath(path.Segments.Count)) }, set[(equals + 1)..]);
    }
}
