using System.Text.RegularExpressions;

namespace Diffusion.Experiments.Records;

/// <summary>Names of the facts in <see cref="RunRecord.Environment"/> that say who made a run.</summary>
public static partial class RunFacts
{
    /// <summary>The user who started it.</summary>
    public const string User = "user";

    /// <summary>The program that made it.</summary>
    public const string Program = "program";

    /// <summary>The commit of the checkout in which it was started.</summary>
    public const string Commit = "git.commit";

    /// <summary>Facts under these names. Earlier versions recorded them under a tracker's names, as in "TRACKER.source.git.commit".</summary>
    internal static IReadOnlyDictionary<string, string> UnderPresentNames(IReadOnlyDictionary<string, string> facts)
    {
        if (!facts.Keys.Any(name => TrackersName().IsMatch(name)))
            return facts;
        Dictionary<string, string> renamed = [];
        foreach ((string name, string value) in facts)
        {
            string? present = TrackersName().Match(name) is { Success: true } match ? PresentName(match.Groups["fact"].Value) : name;
            if (present is not null)
                renamed[present] = value;
        }

        return renamed;
    }

    private static string? PresentName(string fact) => fact switch
    {
        "user" => User,
        "source.name" => Program,
        "source.git.commit" => Commit,
        // The kind of source was the same for every run.
        _ => null,
    };

    [GeneratedRegex(@"^[a-z]+\.(?<fact>user|source\.(name|type|git\.commit))$")]
    private static partial Regex TrackersName();
}
