using System.Reflection;
using TorchSharp;
using Xunit;

namespace Diffusion.Tests.Torch;

/// <summary>
/// Everything public here is in the real TorchSharp package, with the same names, parameters, types and defaults
/// (torchsharp-public-api.txt: the package's own API, for the types this engine has). So whatever compiles against this
/// engine compiles against the package.
/// </summary>
public sealed class ApiConformanceTests
{
    // What `diffusion doctor` reads by reflection where this engine is in use; the package has nothing to say there.
    private static readonly string[] OwnTypes = ["TorchSharp.LibtorchEngine"];

    private static readonly Assembly Engine = typeof(torch).Assembly;
    private static readonly Dictionary<string, Facts> Package = Read();

    public static TheoryData<string> Types =>
        [.. Engine.GetExportedTypes().Select(type => type.FullName!).Except(OwnTypes)];

    [Fact]
    public void The_facts_hold_no_type_this_engine_lacks()
    {
        IEnumerable<string> ours = Engine.GetExportedTypes().Select(ApiText.Name);
        Assert.Empty(Package.Keys.Except(ours));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Is_a_subset_of_the_package(string fullName)
    {
        Type type = Engine.GetType(fullName, throwOnError: true)!;
        Assert.True(Package.TryGetValue(ApiText.Name(type), out Facts? facts), $"the package has no type {ApiText.Name(type)}");
        Assert.Equal(facts.Header, ApiText.Header(type));
        if (type.BaseType is { } parent && parent.Assembly == Engine)
            Assert.Equal(facts.Parents.FirstOrDefault(), ApiText.Name(parent));
        IEnumerable<string> contracts = type.GetInterfaces().Where(i => i.Assembly == Engine).Select(ApiText.Name);
        Assert.Empty(contracts.Except(AllParents(facts)));

        if (type.IsEnum)
        {
            Assert.Equal(facts.Lines.Single().Split(", "), Enum.GetNames(type));
            return;
        }

        Assert.Empty(ApiText.Members(type).Select(member => Complaint(member, facts)).OfType<string>());
    }

    private static string? Complaint(ApiMember ours, Facts facts)
    {
        string[] found = [.. facts.Lines.Where(line => Bare(line) == ours.Text)];
        if (found.Length == 0)
            return ours.Overrides ? null : $"not in the package: {ours.Text}";
        string theirs = found[0];
        if (ours.Access.Length == 0 && theirs.StartsWith("protected ", StringComparison.Ordinal))
            return $"protected in the package: {ours.Text}";
        if (ours.Overridable && !ours.Overrides && !theirs.Contains("virtual ", StringComparison.Ordinal)
            && !theirs.Contains("abstract ", StringComparison.Ordinal))
        {
            return $"not virtual in the package: {ours.Text}";
        }

        string[] missing = [.. ours.Accessors.Where(accessor => !theirs.Contains($" {accessor};", StringComparison.Ordinal))];
        return missing.Length > 0 ? $"without {missing[0]} in the package: {ours.Text}" : null;
    }

    private static string Bare(string line)
    {
        foreach (string word in new[] { "protected ", "virtual ", "abstract " })
        {
            if (line.StartsWith(word, StringComparison.Ordinal))
                line = line[word.Length..];
        }

        bool isStatic = line.StartsWith("static ", StringComparison.Ordinal);
        if (isStatic)
            line = line["static ".Length..];
        line = line.Split(" {")[0];
        return isStatic ? "static " + line : line;
    }

    private static IEnumerable<string> AllParents(Facts facts) =>
        facts.Parents.Concat(facts.Parents.SelectMany(parent => Package.TryGetValue(Open(parent), out Facts? above) ? AllParents(above) : []));

    /// <summary>The facts' own entry for a constructed generic type: <c>Module&lt;torch.Tensor, torch.Tensor&gt;</c> is under its parameters.</summary>
    private static string Open(string parent) =>
        Package.Keys.FirstOrDefault(key =>
            key.Split('<')[0] == parent.Split('<')[0] && Arguments(key).Count == Arguments(parent).Count) ?? parent;

    private static Dictionary<string, Facts> Read()
    {
        using Stream stream = Assembly.GetExecutingAssembly()
            .GetManifestResourceStream("Diffusion.Tests.Torch.torchsharp-public-api.txt")!;
        using var reader = new StreamReader(stream);
        var types = new Dictionary<string, Facts>();
        foreach (string block in reader.ReadToEnd().Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] lines = block.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            string[] head = lines[0].Split(" : ", 2);
            string[] parents = head.Length > 1 ? [.. Split(head[1])] : [];
            string name = head[0][(head[0].IndexOf(KindOf(head[0]), StringComparison.Ordinal) + KindOf(head[0]).Length)..];
            types.Add(name, new Facts(head[0], parents, lines[1..]));
        }

        return types;
    }

    private static string KindOf(string header) =>
        new[] { "class ", "struct ", "interface ", "enum " }.First(kind => header.Contains(kind, StringComparison.Ordinal));

    private static List<string> Arguments(string name)
    {
        int open = name.IndexOf('<', StringComparison.Ordinal);
        return open < 0 ? [] : [.. Split(name[(open + 1)..^1])];
    }

    /// <summary>Parts between commas that are not inside brackets.</summary>
    private static IEnumerable<string> Split(string list)
    {
        int depth = 0, start = 0;
        for (int i = 0; i < list.Length; i++)
        {
            depth += list[i] is '<' or '(' ? 1 : list[i] is '>' or ')' ? -1 : 0;
            if (list[i] != ',' || depth > 0)
                continue;
            yield return list[start..i].Trim();
            start = i + 1;
        }

        yield return list[start..].Trim();
    }

    private sealed record Facts(string Header, string[] Parents, string[] Lines);
}
