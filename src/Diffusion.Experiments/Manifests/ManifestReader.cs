namespace Diffusion.Experiments.Manifests;

/// <summary>From a file to one composed tree.</summary>
/// <param name="problems">Where everything goes that is wrong.</param>
internal sealed class ManifestReader(ManifestProblems problems)
{
    private readonly List<(ManifestPath Path, ManifestOrigin StatedAt)> _sets = [];

    /// <summary>Reads a manifest, what it extends, and lays the <c>--set</c> texts over it in order.</summary>
    /// <returns>Null, with problems added, when there is no tree to go on with.</returns>
    public ExperimentManifest? Read(string file, IReadOnlyList<string> sets)
    {
        string fullPath = Path.GetFullPath(file);
        ManifestNode? root = ReadFile(fullPath, statedAt: null, []);
        foreach (string set in sets)
        {
            if (root is not null)
                root = Apply(root, set);
        }

        return root is null ? null : new(fullPath, root, _sets);
    }

    private ManifestNode? ReadFile(string fullPath, ManifestOrigin? statedAt, IReadOnlyList<string> readFrom)
    {
        ManifestSource source = ManifestSource.OfFile(fullPath);
        if (readFrom.Contains(fullPath))
        {
            string chain = string.Join(" → ", readFrom.SkipWhile(f => f != fullPath).Append(fullPath).Select(Path.GetFileName));
            problems.Add(statedAt!, $"extends itself: {chain}");
            return null;
        }

        byte[] content;
        try
        {
            content = File.ReadAllBytes(fullPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string reason = e is FileNotFoundException or DirectoryNotFoundException ? "file not found" : Directory.Exists(fullPath) ? "a folder, where a manifest is expected" : e.Message;
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

            // NUL is the one character that .NET refuses in any path; as a character of a name it finds nothing.
            string path = Path.GetFullPath(item.Text.Replace('\0', '?'), Path.GetDirectoryName(fullPath)!);
            // A name belongs to the file that states it: two experiments under one name would share a results folder.
            ManifestNode? part = ReadFile(path, item.Origin, readFrom)?.Without(ManifestKeys.Schema, ManifestKeys.Name, ManifestKeys.Description);
            isComplete &= part is not null;
            lower = lower is null || part is null ? part ?? lower : ManifestMerge.Over(lower, part);
        }

        if (!isComplete)
            return null;
        return lower is null ? upper : ManifestMerge.Over(lower, upper);
    }

    private ManifestNode Apply(ManifestNode root, string set)
    {
        ManifestSource source = new($"--set {set}", Environment.CurrentDirectory);
        ManifestOrigin origin = new(source, 0, 0, "");
        int equals = set.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            problems.Add(origin, "expected path=value, for instance solver.eta=0.5");
            return root;
        }

        if (ManifestPath.Parse(set[..equals].Trim()) is not { } path)
        {
            problems.Add(origin, $"'{set[..equals]}' is not a path such as solver.eta or metrics[0].projections");
            return root;
        }

        if (path.Section == ManifestKeys.Extends)
        {
            problems.Add(origin, "a manifest can be extended only from a file");
            return root;
        }

        ManifestOrigin place = origin with { Path = path.JsonPath(path.Segments.Count) };
        _sets.Add((path, place));
        return ManifestParser.ParseArgument(set[(equals + 1)..], place, problems) is { } value ? ManifestEdit.Set(root, path, value, place, problems) ?? root : root;
    }
}
