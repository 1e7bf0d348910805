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
        IReadOnlyCollection<string> known = [.. RunFolder.Runs(results).SelectMany(run => new[] { run.Label, run.Label.Split('/')[0] }).Distinct()];
        throw new InputException($"no run '{name}', as a folder or within {results}{NameSuggestions.Hint(name, known)}");
    }
}
