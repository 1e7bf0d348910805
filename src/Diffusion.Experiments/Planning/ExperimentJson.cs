using System.Security.Cryptography;
using System.Text;
using Diffusion.Core.Training;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Planning;

/// <summary>Experiments as JSON: one form for people, one for keys.</summary>
internal static class ExperimentJson
{
    /// <summary>Part of every key, to be raised when the same configuration comes to mean something else.</summary>
    private const int KeyVersion = 1;

    public static string Readable(Experiment experiment) =>
        Object([("name", Text(experiment.Name)), ("description", Text(experiment.Description)), .. Members(experiment, c => c.Json)]);

    /// <summary>Everything that the data depend on.</summary>
    public static string DataSetup(Experiment experiment) => Canonical([("data", experiment.Data.CanonicalJson)]);

    /// <summary>Everything that trained weights depend on; null when nothing is trained.</summary>
    public static string? TrainingSetup(Experiment experiment)
    {
        if (experiment.Training is not { } training)
            return null;
        return Canonical(
        [
            ("data", experiment.Data.CanonicalJson),
            ("device", Text(experiment.Device)),
            ("dtype", DtypeText(experiment)),
            ("loss", experiment.Loss!.CanonicalJson),
            ("model", experiment.Model.CanonicalJson),
            ("training", Object(Sorted(Members(training, c => c.CanonicalJson)))),
        ]);
    }

    /// <summary>Everything that a cell's result depends on, for each repeat.</summary>
    public static RepeatedSetup CellSetup(Experiment experiment) => Repeated(Members(experiment, c => c.CanonicalJson));

    /// <summary>Everything that a cell's samples depend on, for each repeat: all but the metrics.</summary>
    public static RepeatedSetup SamplingSetup(Experiment experiment) =>
        Repeated(Members(experiment, c => c.CanonicalJson).Where(m => m.Key != ManifestKeys.Metrics));

    /// <summary>A component's choice in both forms.</summary>
    public static ComponentChoice Choose(ComponentDescriptor component, object? options, Func<OptionProperty, string> statedPath, Func<string, string> digest)
    {
        List<(string, string)> readable = [(ManifestKeys.Use, Text(component.Name))];
        List<(string, string)> canonical = [("$from", Text($"{component.AssemblyName} {component.Version}")), (ManifestKeys.Use, Text(component.Name))];
        foreach (OptionProperty property in component.Options?.Properties ?? [])
        {
            object? value = property.Get(options!);
            bool isFile = property.IsFilePath && value is string { Length: > 0 };
            readable.Add((property.Name, isFile ? Text(statedPath(property)) : property.Type.Format(value)));
            canonical.Add((property.Name, isFile ? Text(digest((string)value!)) : property.Type.Format(value)));
        }

        return new(component, (ComponentOptions?)options, Object(readable), Object(Sorted(canonical)));
    }

    /// <summary>A choice as manifests state it, with paths of files relative to a folder.</summary>
    public static string Relocated(ComponentChoice choice, string folder)
    {
        if (choice.Descriptor.Options is not { } shape || !shape.Properties.Any(p => p.IsFilePath))
            return choice.Json;
        return Object(shape.Properties
            .Select(p => (p.Name, p.IsFilePath && p.Get(choice.Options!) is string { Length: > 0 } file
                ? Text(Path.GetRelativePath(folder, file).Replace('\\', '/'))
                : p.Type.Format(p.Get(choice.Options!))))
            .Prepend((ManifestKeys.Use, Text(choice.Name))));
    }

    /// <summary>SHA-256 of a setup, lower-case hex.</summary>
    public static string Key(string setup) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(setup)));

    /// <summary>An experiment member by member.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="component">The form in which its components are wanted.</param>
    public static IEnumerable<(string Key, string Json)> Members(Experiment experiment, Func<ComponentChoice, string> component)
    {
        yield return ("seed", Text(experiment.Seed));
        yield return (ManifestKeys.Data, component(experiment.Data));
        yield return (ManifestKeys.Schedule, component(experiment.Schedule));
        yield return (ManifestKeys.Model, component(experiment.Model));
        if (experiment.Loss is { } loss)
            yield return (ManifestKeys.Loss, component(loss));
        if (experiment.Training is { } training)
            yield return (ManifestKeys.Training, Object(Sorted(Members(training, component))));
        yield return (ManifestKeys.Grid, component(experiment.Grid));
        yield return (ManifestKeys.Solver, component(experiment.Solver));
        // Equal steps are equal work, whether stated or found from a budget.
        yield return experiment is { Steps: 0, Nfe: { } nfe } ? (ManifestKeys.Nfe, Text(nfe)) : (ManifestKeys.Steps, Text(experiment.Steps));
        yield return ("samples", Text(experiment.Samples));
        yield return ("batch", Text(experiment.Batch));
        // What says nothing new keeps the keys of configurations that never heard of it.
        if (experiment.Noise != NoiseCoupling.Common)
            yield return (ManifestKeys.Noise, Text(experiment.Noise));
        yield return ("dtype", DtypeText(experiment));
        yield return ("device", Text(experiment.Device));
        yield return (ManifestKeys.Metrics, $"[{string.Join(',', experiment.Metrics.Select(component))}]");
    }

    private static IEnumerable<(string Key, string Json)> Members(TrainingPlan training, Func<ComponentChoice, string> component)
    {
        TrainingSettings settings = training.Settings;
        yield return ("steps", Text(settings.Steps));
        yield return ("batchSize", Text(settings.BatchSize));
        yield return ("optimizer", Text(settings.Optimizer));
        yield return ("learningRate", Text(settings.LearningRate));
        yield return ("weightDecay", Text(settings.WeightDecay));
        yield return ("ema", Text(settings.Ema));
        yield return ("gradientClip", Text(settings.GradientClip));
        yield return (ManifestKeys.Schedule, component(training.Schedule));
        if (training.Weighting is { } weighting)
            yield return (ManifestKeys.Weighting, component(weighting));
        yield return (ManifestKeys.TimeSampler, component(training.TimeSampler));
        yield return ("seed", Text(settings.Seed));
        yield return ("stratified", Text(settings.Stratified));
    }

    private static string DtypeText(Experiment experiment) => Text(experiment.Dtype == ScalarType.Float32 ? FloatType.Bits32 : FloatType.Bits64);

    private static string Text<T>(T value) => Of<T>.Type.Format(value);

    private static IEnumerable<(string Key, string Json)> Sorted(IEnumerable<(string Key, string Json)> members) => members.OrderBy(m => m.Key, StringComparer.Ordinal);

    private static string Object(IEnumerable<(string Key, string Json)> members) =>
        $"{{{string.Join(',', members.Select(m => $"\"{m.Key}\":{m.Json}"))}}}";

    private static string Canonical(IEnumerable<(string Key, string Json)> members) => Object(Sorted(members.Append(Version)));

    private static (string Key, string Json) Version => ("$version", Text(KeyVersion));

    // The canonical form of the members with a repeat among them.
    private static RepeatedSetup Repeated(IEnumerable<(string Key, string Json)> members)
    {
        const string repeat = "repeat";
        ILookup<bool, (string Key, string Json)> sorted = Sorted(members.Append(Version)).ToLookup(m => string.CompareOrdinal(m.Key, repeat) < 0);
        string before = Object(sorted[true]), after = Object(sorted[false]);
        return new($"{before[..^1]},\"{repeat}\":", after.Length > 2 ? $",{after[1..]}" : "}");
    }

    private static class Of<T>
    {
        public static OptionType Type { get; } = OptionType.Of(typeof(T))!;
    }
}
