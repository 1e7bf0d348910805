using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Tests.Components;
using Diffusion.Tests.Manifests;

namespace Diffusion.Tests.Planning;

/// <summary>
/// Every setting that a manifest can state, of sections and of shipped components, found by reflection, each with a manifest in which it has its default.
/// </summary>
internal sealed record ShippedSettings(string Path, OptionProperty Property, string[] Sets, Func<Experiment, object> Holder)
{
    private const string Manifest = """
        {
          "data": { "use": "gaussian-mixture", "means": [[-1, 0], [1, 0.5]], "standardDeviations": [0.4, 0.6], "count": 200 },
          "schedule": "variance-exploding", "model": "mlp", "loss": "noise-prediction", "training": {}, "grid": "karras", "solver": "heun", "steps": 5,
          "samples": 10
        }
        """;

    private const string ExactMixture = """{ "use": "exact-mixture", "means": [[-1, 0], [1, 0.5]], "standardDeviations": [0.4, 0.6] }""";

    // What components cannot do without.
    private static readonly Dictionary<string, string> Needed = new()
    {
        ["schedule 'tabulated'"] = """{ "use": "tabulated", "path": "levels.csv" }""",
        ["grid 'explicit'"] = """{ "use": "explicit", "values": [10, 1, 0.1] }""",
        ["data 'idx'"] = """{ "use": "idx", "images": "images.idx", "labels": "labels.idx" }""",
        ["data 'csv'"] = """{ "use": "csv", "path": "rows.csv" }""",
        ["data 'gaussian-mixture'"] = """{ "use": "gaussian-mixture", "means": [[-1, 0], [1, 0.5]], "standardDeviations": [0.4, 0.6] }""",
    };

    // Components in which an option can have another value though the rest stays as it is, where that is not so of the component as it stands above.
    private static readonly Dictionary<string, string> Starts = new()
    {
        ["data 'idx' referenceLabels"] =
            """{ "use": "idx", "images": "images.idx", "labels": "labels.idx", "referenceImages": "images.idx", "referenceLabels": "labels.idx" }""",
        ["data 'idx' referenceLimit"] = """{ "use": "idx", "images": "images.idx", "heldOut": 40 }""",
        ["data 'gaussian-mixture' preset"] = """{ "use": "gaussian-mixture", "preset": "grid25" }""",
        ["data 'gaussian-mixture' covariances"] =
            """{ "use": "gaussian-mixture", "means": [[-1, 0], [1, 0.5]], "covariances": [[1, 0, 0, 1], [2, 0, 0, 2]] }""",
        ["score model 'exact-gaussian' covariance"] = """{ "use": "exact-gaussian", "mean": [0, 0], "covariance": [1, 0, 0, 1] }""",
        ["score model 'exact-gaussian' mean"] = """{ "use": "exact-gaussian", "mean": [0, 0], "covariance": [1, 0, 0, 1] }""",
        ["score model 'exact-mixture' means"] = ExactMixture,
        ["score model 'exact-mixture' weights"] = ExactMixture,
        ["score model 'exact-mixture' standardDeviations"] = ExactMixture,
        ["score model 'exact-mixture' covariances"] =
            """{ "use": "exact-mixture", "means": [[-1, 0], [1, 0.5]], "covariances": [[1, 0, 0, 1], [2, 0, 0, 2]] }""",
        ["grid 'vp' betaMin"] = """{ "use": "vp", "betaMin": 0.1, "betaMax": 20 }""",
        ["grid 'vp' betaMax"] = """{ "use": "vp", "betaMin": 0.1, "betaMax": 20 }""",
    };

    /// <summary>Every component of a kind that manifests name, where it stands, and the texts that put it there.</summary>
    public static IEnumerable<(ComponentDescriptor Component, string Path, string[] Sets)> Components()
    {
        foreach ((string prefix, ComponentSlot slot) in ManifestSection.Root.Slots.Select(slot => ("", slot))
            .Concat(ManifestSection.Training.Slots.Select(slot => ("training.", slot))))
        {
            foreach (ComponentDescriptor component in ShippedComponents.Catalogue.All.Where(component => component.Kind == slot.Kind))
            {
                string choice = Needed.GetValueOrDefault(component.Title, component.Name);
                if (slot.Kind == ComponentKind.Study)
                {
                    yield return (component, slot.Key, StudySets(component));
                    continue;
                }

                yield return (component, prefix + slot.Key + (slot.IsList ? "[0]" : ""), [
                    $"{prefix}{slot.Key}={(slot.IsList ? $"[{(choice.StartsWith('{') ? choice : $"\"{choice}\"")}]" : choice)}",
                ]);
            }
        }
    }

    // A manifest with a study has nothing of sampling, and of the other parts those that the study takes.
    private static string[] StudySets(ComponentDescriptor study) =>
    [
        .. new[] { "solver", "grid", "steps", "samples", "model", "loss", "training" }.Select(key => $"{key}=null"),
        .. study.TakenParts.HasFlag(StudyParts.Data) ? Array.Empty<string>() : ["data=null"],
        .. study.TakenParts.HasFlag(StudyParts.Schedule) ? Array.Empty<string>() : ["schedule=null"],
        $"study={study.Name}",
    ];

    /// <summary>All settings.</summary>
    public static IEnumerable<ShippedSettings> All()
    {
        foreach (OptionProperty property in ManifestSection.Root.Settings.Properties)
            yield return new(property.Name, property, [], experiment => experiment.Settings);
        foreach (OptionProperty property in ManifestSection.Training.Settings.Properties)
            yield return new($"training.{property.Name}", property, [], experiment => experiment.Training!.Settings);
        // What is kept is something, so that what is not stated of it has its default beside what is.
        foreach (OptionProperty property in ManifestSection.Keep.Settings.Properties)
            yield return new(
                $"keep.{property.Name}", property, [property.Name == "times" ? "keep={ \"every\": 2 }" : "keep={ \"times\": [0.5] }"],
                experiment => experiment.Keep!);
        foreach ((ComponentDescriptor component, string path, string[] sets) in Components())
        {
            foreach (OptionProperty property in component.Options?.Properties ?? [])
                yield return new(
                    $"{path}.{property.Name}", property,
                    Starts.TryGetValue($"{component.Title} {property.Name}", out string? start) ? [$"{path}={start}"] : sets,
                    experiment => Choice(experiment, path).Options!);
        }
    }

    /// <summary>The component at a place of an experiment.</summary>
    public static ComponentChoice Choice(Experiment experiment, string path) => path switch
    {
        "data" => experiment.Data,
        "schedule" => experiment.Schedule,
        "model" => experiment.Model,
        "loss" => experiment.Loss!,
        "grid" => experiment.Grid,
        "solver" => experiment.Solver,
        "study" => experiment.Study!,
        "metrics[0]" => experiment.Metrics[0],
        "training.schedule" => experiment.Training!.Schedule,
        "training.weighting" => experiment.Training!.Weighting!,
        "training.timeSampler" => experiment.Training!.TimeSampler,
        _ => throw new ArgumentException($"Nothing is known about the place {path}.", nameof(path)),
    };

    /// <summary>The plan of the manifest with some texts laid over it; null where they are refused.</summary>
    public static ExperimentPlan? Plan(ManifestFolder folder, IEnumerable<string> sets, out string refusal)
    {
        folder.Write("rows.csv", "x,y\n1,2\n3,5\n4,4\n");
        folder.Write("more.csv", "x,y\n1,2\n3,5\n4,4.5\n");
        folder.Write("levels.csv", "t,alpha,sigma\n0,1,0\n0.5,0.8,0.6\n1,0.1,0.99\n");
        // The path of a file in a --set starts from the current directory.
        IEnumerable<string> placed = sets.Select(set => set.Replace("rows.csv", folder.At("rows.csv"), StringComparison.Ordinal)
            .Replace("more.csv", folder.At("more.csv"), StringComparison.Ordinal)
            .Replace("levels.csv", folder.At("levels.csv"), StringComparison.Ordinal)
            .Replace("images.idx", Digits("images-idx3"), StringComparison.Ordinal)
            .Replace("labels.idx", Digits("labels-idx1"), StringComparison.Ordinal));
        try
        {
            refusal = "";
            return ShippedComponents.Plan(folder.Write("all.json", Manifest), [.. placed]);
        }
        catch (InputException e)
        {
            refusal = e.Message;
            return null;
        }
    }

    private static string Digits(string kind) => System.IO.Path.Combine(Repository.Root, "experiments", "data", "digits", $"digits-{kind}-ubyte.gz");

    /// <summary>JSON texts of values that may be other than the one it has; some may be refused.</summary>
    public IEnumerable<string> Others(object holder)
    {
        string now = Property.Type.Format(Property.Get(holder));
        return Candidates(Property.Type, Property.Get(holder)).Where(text => text != now);
    }

    /// <summary>JSON texts of the values at the ends of its range.</summary>
    public IEnumerable<string> Extremes()
    {
        if (Property.Type.Kind == OptionValueKind.Budget)
        {
            foreach (string amount in new[] { "1", "1000000" })
            {
                yield return amount;
                yield return $$"""{ "{{Budget.AtMost}}": {{amount}} }""";
            }
        }

        if (Property.Type.Kind is not (OptionValueKind.Number or OptionValueKind.WholeNumber))
            yield break;
        NumberRange range = Property.Rules.OfType<RangeAttribute>()
            .Select(NumberRange.FromAttribute)
            .FirstOrDefault(new NumberRange(double.NegativeInfinity, false, double.PositiveInfinity, false));
        bool isWhole = Property.Type.Kind == OptionValueKind.WholeNumber;
        (double least, double most) = Property.Type.ClrType == typeof(int) ? (int.MinValue, int.MaxValue)
            : Property.Type.ClrType == typeof(long) ? (-1e18, 1e18)
            : Property.Type.ClrType == typeof(float) ? ((double)float.MinValue, float.MaxValue) : (double.MinValue, double.MaxValue);
        foreach (double end in new[] { Math.Max(range.Minimum, least), Math.Min(range.Maximum, most) })
            yield return end.ToString(isWhole ? "F0" : "R", CultureInfo.InvariantCulture);
        yield return "\"Infinity\"";
        yield return "\"-Infinity\"";
        if (!isWhole)
            yield return "5E-324";
    }

    private IEnumerable<string> Candidates(OptionType type, object? value)
    {
        switch (type.Kind)
        {
            case OptionValueKind.Boolean:
                return ["true", "false"];
            case OptionValueKind.Choice:
                return type.Choices.Keys.Select(choice => $"\"{choice}\"");
            case OptionValueKind.Number:
                double number = value is null ? 1 : Convert.ToDouble(value, CultureInfo.InvariantCulture);
                return new[] { number * 0.75, number * 1.25, number + 0.5, number - 0.5, 0.25, 0.75, 2 }.Where(double.IsFinite)
                    .Select(other => other.ToString("R", CultureInfo.InvariantCulture));
            case OptionValueKind.WholeNumber:
                long whole = value is null ? 1 : Convert.ToInt64(value, CultureInfo.InvariantCulture);
                return new[] { whole + 1, whole - 1, 2 * whole, 2, 3 }.Select(other => other.ToString(CultureInfo.InvariantCulture));
            case OptionValueKind.Budget:
                return ["12", $$"""{ "{{Budget.AtMost}}": 12 }"""];
            case OptionValueKind.Text:
                return Property.IsFilePath ? ["\"more.csv\"", "\"images.idx\"", "\"labels.idx\""] : ["\";\"", "\"other\"", "\"x\""];
            default:
                return type.Element!.Kind == OptionValueKind.List
                    ? ["[[0.5, 0.5], [1, 1]]", "[[1, 0], [0, 1]]", "[[1, 0, 0, 1], [1, 0, 0, 2]]", "[[-1, 1], [1, -1]]"]
                    : ["[\"y\"]", "[3, 4]", "[0.3, 0.7]", "[10, 2, 0.2]", "[1, 0, 0, 2]"];
        }
    }
}
