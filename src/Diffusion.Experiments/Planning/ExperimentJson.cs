using System.Security.Cryptography;
using System.Text;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Planning;

/// <summary>Experiments as JSON: one form for people, one for keys.</summary>
internal static class ExperimentJson
{
    /// <summary>Part of every key, to be raised when the same configuration comes to mean something else.</summary>
    private const int KeyVersion = 1;

    public static string Readable(Experiment experiment) =>
        Object([("name", Text(experiment.Name)), ("description", Text(experiment.Description)), .. Members(
            experiment, c => c.Json, ExperimentStage.Measuring, forKeys: false)]);

    /// <summary>Everything that the data depend on.</summary>
    public static string DataSetup(Experiment experiment) => Canonical(MembersUpTo(ExperimentStage.Data, experiment));

    /// <summary>Everything that trained weights depend on; null when nothing is trained.</summary>
    public static string? TrainingSetup(Experiment experiment) =>
        experiment.Training is null ? null : Canonical(MembersUpTo(ExperimentStage.Training, experiment));

    /// <summary>Everything that a cell's result depends on, for each repeat.</summary>
    public static RepeatedSetup CellSetup(Experiment experiment) => Repeated(MembersUpTo(ExperimentStage.Measuring, experiment));

    /// <summary>Everything that a cell's samples depend on, for each repeat: all but the metrics.</summary>
    public static RepeatedSetup SamplingSetup(Experiment experiment) => Repeated(MembersUpTo(ExperimentStage.Sampling, experiment));

    /// <summary>
    /// What noise of its own is a function of, for each repeat: everything that samples depend on, and so nothing of what is kept beside them.
    /// </summary>
    public static RepeatedSetup NoiseSetup(Experiment experiment) => SamplingSetup(experiment with { Keep = null });

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
            if (!property.IsOmitted(options!))
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

    /// <summary>The key of a setup.</summary>
    public static StageKey Key(string setup) => StageKey.FromDigest(SHA256.HashData(Encoding.UTF8.GetBytes(setup)));

    /// <summary>An experiment member by member.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="component">The form in which its components are wanted.</param>
    public static IEnumerable<(string Key, string Json)> Members(Experiment experiment, Func<ComponentChoice, string> component) =>
        Members(experiment, component, ExperimentStage.Measuring);

    private static IEnumerable<(string Key, string Json)> MembersUpTo(ExperimentStage stage, Experiment experiment) =>
        Members(experiment, choice => choice.CanonicalJson, stage);

    private static IEnumerable<(string Key, string Json)> Members(
        Experiment experiment, Func<ComponentChoice, string> component, ExperimentStage last, bool forKeys = true)
    {
        foreach ((string Key, string Json) member in ManifestSection.Root.Members(experiment.Settings, experiment, component, last, forKeys))
        {
            if (experiment.Study is null || !ManifestKeys.OfSolvers.Contains(member.Key))
                yield return member;
        }

        if (experiment.Training is { } training && last >= ExperimentStage.Training)
            yield return (ManifestKeys.Training, Object(Sorted(ManifestSection.Training.Members(training.Settings, training, component, last, forKeys))));
        if (experiment.Keep is { } keep && last >= ExperimentStage.Sampling)
            yield return (ManifestKeys.Keep, Object(Sorted(ManifestSection.Keep.Members(keep, keep, component, last, forKeys))));
    }

    private static string Text<T>(T value) => Of<T>.Type.Format(value);

    private static IEnumerable<(string Key, string Json)> Sorted(IEnumerable<(string Key, string Json)> members) =>
        members.OrderBy(m => m.Key, StringComparer.Ordinal);

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
        public static OptionType Type { get; } = OptionType.FromClrType(typeof(T))!;
    }
}
