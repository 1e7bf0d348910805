using System.Text.RegularExpressions;

namespace Diffusion.Tests;

/// <summary>
/// Which folders of a project name types of which others, by their sources. A file names what its <c>using</c> lines open (the build refuses one that is not
/// needed) and the types before which it writes their folder.
/// </summary>
internal sealed partial class NamespaceGraph
{
    private readonly Dictionary<string, SortedDictionary<string, string>> _uses = new(StringComparer.Ordinal);

    /// <summary>Reads the sources of a project.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="project">Its root namespace.</param>
    public NamespaceGraph(string folder, string project)
    {
        string[] files = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories);
        Dictionary<string, HashSet<string>> types = files.GroupBy(file => FolderOf(folder, file))
            .ToDictionary(group => group.Key, group => group.Select(file => Path.GetFileNameWithoutExtension(file)).ToHashSet());
        foreach (string file in files)
        {
            string from = FolderOf(folder, file);
            string text = File.ReadAllText(file);
            IEnumerable<string> opened = Usings().Matches(text).Select(match => match.Groups["name"].Value)
                .Where(name => name.StartsWith(project + ".", StringComparison.Ordinal))
                .Select(name => types.Keys.Where(key => name == $"{project}.{key}" || name.StartsWith($"{project}.{key}.", StringComparison.Ordinal))
                    .MaxBy(key => key.Length) ?? "");
            IEnumerable<string> written = Qualified().Matches(text)
                .Where(match => types.TryGetValue(match.Groups["folder"].Value, out HashSet<string>? within) && within.Contains(match.Groups["type"].Value))
                .Select(match => match.Groups["folder"].Value);
            foreach (string to in opened.Concat(written).Where(to => to != from))
            {
                if (!_uses.TryGetValue(from, out SortedDictionary<string, string>? uses))
                    _uses[from] = uses = new(StringComparer.Ordinal);
                uses.TryAdd(to, Path.GetFileName(file));
            }
        }
    }

    /// <summary>The folders that name others.</summary>
    public IReadOnlyCollection<string> Folders => _uses.Keys;

    /// <summary>Each use that is part of a circle: from, to, and a file that shows it.</summary>
    public IReadOnlyList<string> Circles() =>
    [
        .. _uses.SelectMany(
            from => from.Value.Where(to => Reachable(to.Key).Contains(from.Key)).Select(to => $"{from.Key} names {to.Key}, in {to.Value} for one")),
    ];

    private HashSet<string> Reachable(string start)
    {
        HashSet<string> found = [];
        Stack<string> left = new([start]);
        while (left.TryPop(out string? name))
        {
            if (!_uses.TryGetValue(name, out SortedDictionary<string, string>? uses))
                continue;
            foreach (string next in uses.Keys.Where(found.Add))
                left.Push(next);
        }

        return found;
    }

    private static string FolderOf(string root, string file) =>
        Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');

    [GeneratedRegex(@"^using (static |\w+ = )?(?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Usings();

    [GeneratedRegex(@"\b(?<folder>\w+)\.(?<type>[A-Z]\w*)\b")]
    private static partial Regex Qualified();
}
