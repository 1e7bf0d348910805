using Diffusion.Experiments.Records;

namespace Diffusion.Host.Running;

/// <summary>What sets two environments apart, as <see cref="Provenance"/> collects them.</summary>
internal static class EnvironmentFacts
{
    // Who did what when says nothing about the numbers.
    private static readonly string[] Ignored = ["command", RunFacts.User, RunFacts.Program, "seeds"];

    /// <summary>Facts that are not the same: name, before, after; "" where there is none.</summary>
    public static IReadOnlyList<(string Name, string Before, string After)> Differences(
        IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after) =>
    [
        .. before.Keys.Union(after.Keys).Except(Ignored)
            .Select(name => (Name: name, Before: before.GetValueOrDefault(name, ""), After: after.GetValueOrDefault(name, "")))
            .Where(fact => fact.Before != fact.After),
    ];
}
