using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Planning;

/// <summary>Experiments as JSON: one form for people, one for keys.</summary>
internal static class ExperimentJson
{
    /// <summary>Part of every key, to be raised when the same configuration comes to mean something else.</summary>
    private const int KeyVersion = 1;

    public static string Readable(Experiment experiment) =>
        Object([("name", Text(experiment.Name)), ("description", Text(experiment.Description)), .. Members(experiment, c => c.Json)]);

    public static string Settings(Experiment experiment) => Object(Members(experiment, c => c.Json));

    /// <summary>Key of the data alone.</summary>
    public static string DataKey(Experiment experiment) => Key([("data", experiment.Data.CanonicalJson)]);

    /// <summary>Key of everything that trained weights depend on; null when nothing is trained.</summary>
    public static string? TrainingKey(Experiment experiment)
    {
        if (experiment.Training is not { } training)
            return null;
        return Key(
        [
            ("data", experiment.Data.CanonicalJson),
            ("device", Text(experiment.Device)),
            ("dtype", Text(experiment.Precision)),
            ("loss", experiment.Loss!.CanonicalJson),
            ("model", experiment.Model.CanonicalJson),
            ("training", Object(Sorted(Members(training, c => c.CanonicalJson)))),
        ]);
    }

    /// <summary>Key of everything that a cell's result depends on.</summary>
    public static string CellKey(Experiment experiment, int repeat) =>
        Key([.. Members(experiment, c => c.CanonicalJson), ("repeat", Text(repeat))]);

    /// <summary>A component's choice in both forms.</summary>
    public static ComponentChoice Choose(ComponentDescriptor component, object? options, Func<OptionProperty, string> statedPath, Func<string, string> digest)
    {
        List<(string, string)> readable = [(ManifestKeys.Use, Text(component.Name))];
        List<(string, string)> canonical = [];
        foreach (OptionProperty property in component.Options?.Properties ?? [])
        {
            object? value = property.Get(options!);
            bool isFile = property.IsFilePath && value is string { Length: > 0 };
            readable.Add((property.Name, isFile ? Text(statedPath(property)) : property.Type.Format(value)));
            canonical.Add((property.Name, isFile ? Text(digest((string)value!)) : property.Type.Format(value)));
        }

        string key = Object(
        [
            ("from", Text($"{component.AssemblyName} {component.Version}")),
            ("options", Object(Sorted(canonical))),
            (ManifestKeys.Use, Text(component.Name)),
        ]);
        return new(component, (ComponentOptions?)options, Object(readable), key);
    }

    /// <summary>Adds every leaf under its dotted path; a component's name under the path of the component.</summary>
    public static void Flatten(JsonElement element, string path, Dictionary<string, string> into)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in element.EnumerateObject())
                Flatten(property.Value, property.NameEquals(ManifestKeys.Use) ? path : path.Length == 0 ? property.Name : $"{path}.{property.Name}", into);
        }
        else if (element.ValueKind == JsonValueKind.Array && element.EnumerateArray().Any(e => e.ValueKind == JsonValueKind.Object))
        {
            foreach ((int index, JsonElement item) in element.EnumerateArray().Index())
                Flatten(item, string.Create(CultureInfo.InvariantCulture, $"{path}.{index}"), into);
        }
        else
        {
            into[path] = element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText();
        }
    }

    private static IEnumerable<(string Key, string Json)> Members(Experiment experiment, Func<ComponentChoice, string> component)
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
        yield return ("steps", Text(experiment.Steps));
        yield return ("samples", Text(experiment.Samples));
        yield return ("batch", Text(experiment.Batch));
        yield return ("dtype", Text(experiment.Precision));
        yield return ("device", Text(experiment.Device));
        yield return (ManifestKeys.Metrics, $"[{string.Join(',', experiment.Metrics.Select(component))}]");
    }

    private static IEnumerable<(string Key, string Json)> Members(TrainingSettings training, Func<ComponentChoice, string> component)
    {
        yield return ("steps", Text(training.Steps));
        yield return ("batchSize", Text(training.BatchSize));
        yield return ("optimizer", Text(training.Optimizer));
        yield return ("learningRate", Text(training.LearningRate));
        yield return ("weightDecay", Text(training.WeightDecay));
        yield return ("ema", Text(training.Ema));
        yield return ("gradientClip", Text(training.GradientClip));
        yield return (ManifestKeys.Schedule, component(training.Schedule));
        yield return (ManifestKeys.TimeSampler, component(training.TimeSampler));
        yield return ("seed", Text(training.Seed));
        yield return ("stratified", Text(training.Stratified));
    }

    private static string Text<T>(T value) => Of<T>.Type.Format(value);

    private static IEnumerable<(string Key, string Json)> Sorted(IEnumerable<(string Key, string Json)> members) => members.OrderBy(m => m.Key, StringComparer.Ordinal);

    private static string Object(IEnumerable<(string Key, string Json)> members) =>
        $"{{{string.Join(',', members.Select(m => $"\"{m.Key}\":{m.Json}"))}}}";

    private static string Key(IEnumerable<(string Key, string Json)> members)
    {
        string json = Object(Sorted(members.Append(("key", Text(KeyVersion)))));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
    }

    private static class Of<T>
    {
        public static OptionType Type { get; } = OptionType.Of(typeof(T))!;
    }
}
