using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Storage;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Tests.Running;

/// <summary>
/// A reading of manifests that shares nothing with the program's but the components: System.Text.Json, the sweep multiplied out by hand, the engine called
/// directly. It knows models that do not learn, axes that list their values, and nothing else of sweeps.
/// </summary>
internal static class ManifestReading
{
    private static readonly JsonDocumentOptions Reading = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    private static readonly string[] Known =
    [
        "name", "description", "seed", "data", "schedule", "model", "loss", "training", "grid", "solver", "steps", "samples", "batch", "metrics", "sweep",
        "noise", "dtype",
    ];

    /// <summary>What every cell comes to: "evaluations metric=value… digest of the samples".</summary>
    /// <returns>Null where the manifest says something that this reading does not know.</returns>
    public static IReadOnlySet<string>? Numbers(string manifest, ComponentCatalogue catalogue)
    {
        if (Plain(JsonNode.Parse(manifest, documentOptions: Reading)) is not JsonObject root || root.Any(pair => !Known.Contains(pair.Key)))
            return null;
        JsonObject sweep = root["sweep"]?.AsObject() ?? [];
        if (sweep.Any(pair => pair.Key is not ("axes" or "repeats"))
            || (sweep["axes"] is JsonObject stated && stated.Any(axis => axis.Value is not JsonArray || axis.Key.Contains('['))))
            return null;
        root.Remove("sweep");
        IEnumerable<JsonObject> cells = [root];
        foreach ((string path, JsonNode? values) in sweep["axes"]?.AsObject() ?? [])
            cells = [.. cells.SelectMany(cell => values!.AsArray().Select(value => With(cell, path.Split('.'), value)))];
        int repeats = sweep["repeats"] is { } times ? Whole(times) : 1;
        HashSet<string> numbers = [];
        foreach (JsonObject cell in cells)
        {
            for (int repeat = 0; repeat < repeats; repeat++)
            {
                if (Run(cell, repeat, catalogue) is not { } number)
                    return null;
                numbers.Add(number);
            }
        }

        return numbers;
    }

    private static JsonObject With(JsonObject cell, string[] path, JsonNode? value)
    {
        JsonObject changed = cell.DeepClone().AsObject();
        JsonObject at = changed;
        foreach (string part in path[..^1])
        {
            if (at[part] is not JsonObject)
                at[part] = at[part] is JsonValue name ? new JsonObject { ["use"] = name.DeepClone() } : new JsonObject();
            at = at[part]!.AsObject();
        }

        at[path[^1]] = value?.DeepClone();
        return changed;
    }

    private static string? Run(JsonObject cell, int repeat, ComponentCatalogue catalogue)
    {
        if (cell["noise"] is { } noise && noise.GetValue<string>() != "common")
            return null;
        using DisposeScope scope = NewDisposeScope();
        IDataSource data = Make<IDataSource>(ComponentKind.Data, cell["data"], catalogue);
        DataSet set = data.Load();
        NoiseSchedule schedule = Make<NoiseSchedule>(ComponentKind.Schedule, cell["schedule"], catalogue);
        IScoreModel model = Make<IScoreModel>(ComponentKind.ScoreModel, cell["model"], catalogue, set.Description, set);
        if (model is ITrainableScoreModel)
            return null;
        long seed = cell["seed"] is { } chosen ? Whole(chosen) : 0;
        ScalarType type = cell["dtype"]?.GetValue<string>() == "float64" ? ScalarType.Float64 : ScalarType.Float32;
        SamplingOutcome outcome = new SamplingRun
        {
            Problem = new(
                model, schedule, Make<ITimeGrid>(ComponentKind.Grid, cell["grid"], catalogue).Levels(schedule, Whole(cell["steps"]!)), Make<ISolver>(
                    ComponentKind.Solver, cell["solver"], catalogue)),
            Samples = Whole(cell["samples"]!),
            Shape = set.Description.Shape,
            Noise = new NoiseKey(seed, repeat),
            BatchSize = cell["batch"] is { } batch ? Whole(batch) : 4096,
            Dtype = type,
        }.Execute();
        Tensor samples = outcome.State.to(type);
        // Every repeat has a reference of its own where the data have a generator: of two streams a repeat, the first.
        Tensor reference = data is IDataGenerator generator && cell["reference"]?.GetValue<string>() != "shared"
            ? generator.Draw((int)set.Reference.shape[0], 2L * repeat)
            : set.Reference;
        MetricInput input = new()
        {
            Samples = samples.to(ScalarType.Float64),
            Reference = reference,
            ScaleRows = set.Reference,
            Data = set.Description,
            Randomness = new PhiloxNoiseSource(new NoiseKey(seed, repeat, NoiseDomain.Measurement), 0, 1),
        };
        string[] metrics = [.. (cell["metrics"]?.AsArray() ?? [])
            .SelectMany(metric => Make<IMetric>(ComponentKind.Metric, metric, catalogue, set.Description).Measure(input))
            .Select(value => FormattableString.Invariant($"{value.Name}={value.Value:R}"))];
        return FormattableString.Invariant($"{outcome.Evaluations:R} {string.Join(' ', metrics)} {Digest(samples)}");
    }

    private static int Whole(JsonNode number) => number.GetValue<int>();

    // 8.0 and 80e-1 are whole numbers, which the serializer would refuse.
    private static JsonNode? Plain(JsonNode? node) => node switch
    {
        JsonObject group => new JsonObject(group.Select(pair => KeyValuePair.Create(pair.Key, Plain(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Plain)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.GetValue<double>() is var number =>
            double.IsInteger(number) && Math.Abs(number) <= int.MaxValue ? JsonValue.Create((int)number) : JsonValue.Create(number),
        _ => node?.DeepClone(),
    };

    /// <summary>The SHA-256 of samples as a file.</summary>
    private static string Digest(Tensor samples)
    {
        string file = Path.GetTempFileName();
        try
        {
            NpyFile.Write(file, samples);
            return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static T Make<T>(ComponentKind kind, JsonNode? stated, ComponentCatalogue catalogue, params object[] offered)
    {
        (string name, JsonObject options) = stated is JsonObject group ? (group["use"]!.GetValue<string>(), group) : (stated!.GetValue<string>(), []);
        ComponentDescriptor component = catalogue.Find(kind, name)!;
        return (T)Activator.CreateInstance(
            component.ImplementationType,
            [.. component.ImplementationType.GetConstructors()[0]
                .GetParameters()
                .Select(parameter => parameter.ParameterType.IsAssignableTo(typeof(ComponentOptions))
                    ? options.Deserialize(parameter.ParameterType, Options)
                    : offered.First(parameter.ParameterType.IsInstanceOfType))])!;
    }
}
