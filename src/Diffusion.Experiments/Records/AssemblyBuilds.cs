using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using Diffusion.Core.Sampling;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using TorchSharp;

namespace Diffusion.Experiments.Records;

/// <summary>
/// Which builds of which assemblies compute a cell. Keys hold versions, which a developer does not raise with every edit; a build's identity (its module's
/// version id, a hash of what was compiled) changes whenever the code does.
/// </summary>
internal static class AssemblyBuilds
{
    private static readonly Assembly[] Engine = [typeof(SamplingRun).Assembly, typeof(ISolver).Assembly, typeof(torch).Assembly];

    // Asked for every record of a run, whose cells share experiments.
    private static readonly ConditionalWeakTable<Experiment, IReadOnlyDictionary<string, string>> Known = [];

    private static readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> Texts = new(StringComparer.Ordinal);

    /// <summary>Assembly name → first digits of its build's identity, of everything that has a share in an experiment's numbers.</summary>
    public static IReadOnlyDictionary<string, string> UsedBy(Experiment experiment) => Known.GetValue(experiment, Find);

    private static IReadOnlyDictionary<string, string> Find(Experiment experiment)
    {
        ComponentChoice?[] choices =
        [
            experiment.Data, experiment.Schedule, experiment.Model, experiment.Loss, experiment.Training?.Schedule, experiment.Training?.Weighting,
            experiment.Training?.TimeSampler, experiment.Grid, experiment.Solver, experiment.Study, .. experiment.Metrics,
        ];
        return choices.OfType<ComponentChoice>().Where(choice => !choice.IsNone)
            .Select(choice => choice.Descriptor.ImplementationType.Assembly).Concat(Engine).Distinct()
            .OrderBy(assembly => assembly.GetName().Name, StringComparer.Ordinal)
            .ToDictionary(assembly => assembly.GetName().Name!, Identity);
    }

    /// <summary>Of equal builds, always the same dictionary: thousands of records have few different ones.</summary>
    public static IReadOnlyDictionary<string, string> Shared(IReadOnlyDictionary<string, string> builds) =>
        Texts.GetOrAdd(string.Join('\n', builds.Select(build => $"{build.Key} {build.Value}")), _ => builds);

    /// <summary>The first digits of a build's identity.</summary>
    public static string Identity(Assembly assembly) => assembly.ManifestModule.ModuleVersionId.ToString("n")[..8];
}
