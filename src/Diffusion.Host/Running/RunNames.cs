using System.IO.Enumeration;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Records;

namespace Diffusion.Host.Running;

/// <summary>How commands name runs: a folder; <c>experiment/run</c> within the results folder; or <c>experiment</c>, which means its newest run.</summary>
internal static class RunNames
{
    public const string Help = "A run: its folder, experiment/run, or experiment for its newest run.";

    /// <summary>The run of a name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static RunFolder Find(string name, string results)
    {
        string within = Path.Combine(results, name);
        if (RunFolder.Runs(results, name).FirstOrDefault(run => File.Exists(run.PlanFile)) is { } newest)
            return newest;
        if (Directory.Exists(name))
            return RunFolder.Open(name);
        if (Directory.Exists(within))
            return RunFolder.Open(within);
        throw new InputException($"no run '{name}', as a folder or within {results}{NameSuggestions.Hint(name, Known(RunFolder.Runs(results)))}");
    }

    /// <summary>All runs of a results folder that any name means: an experiment, or experiment/run, with * for any characters.</summary>
    /// <exception cref="InputException">A name means none.</exception>
    public static IReadOnlyList<RunFolder> Matching(IReadOnlyList<string> names, string results)
    {
        RunFolder[] all = [.. RunFolder.Runs(results)];
        foreach (string name in names.Where(name => !all.Any(run => IsMeant(run, name))))
            throw new InputException($"no run '{name}' within {results}{NameSuggestions.Hint(name, Known(all))}");
        return [.. all.Where(run => names.Any(name => IsMeant(run, name)))];
    }

    private static bool IsMeant(RunFolder run, string name) =>
        FileSystemName.MatchesSimpleExpression(name, run.Label, ignoreCase: false)
        || FileSystemName.MatchesSimpleExpression(name, Experiment(run), ignoreCase: false);

    private static string[] Known(IEnumerable<RunFolder> runs) => [.. runs.SelectMany(run => new[] { run.Label, Experiment(run) }).Distinct()];

    private static string Experiment(RunFolder run) => run.Label.Split('/')[0];
}
