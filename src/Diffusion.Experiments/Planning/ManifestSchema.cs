using System.ComponentModel.DataAnnotations;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Planning;

/// <summary>
/// The JSON schema of manifests over the components that are installed: what an editor needs to complete and check them. Reading a manifest
/// does not use it.
/// </summary>
public static class ManifestSchema
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema as text (JSON Schema, draft 7).</summary>
    public static string Write(ComponentCatalogue catalogue)
    {
        JsonObject root = Section(ManifestSection.Root);
        JsonObject properties = root["properties"]!.AsObject();
        properties[ManifestKeys.Schema] = Typed("string");
        properties[ManifestKeys.Extends] = new JsonObject
        {
            ["anyOf"] = new JsonArray(Typed("string"), List(Typed("string"))),
            ["description"] = "Manifests that this one extends; their paths are relative to it.",
        };
        properties[ManifestKeys.Training] = Section(ManifestSection.Training);
        properties[ManifestKeys.Keep] = Section(ManifestSection.Keep);
        JsonObject sweep = Section(ManifestSection.Sweep);
        JsonObject space = sweep["properties"]!.AsObject();
        foreach ((string key, JsonNode part) in Space())
            space[key] = part;
        space[ManifestKeys.Union] = Described(
            List(Closed(Space())),
            "Blocks, each with axes of its own; the sweep has the cells of all blocks. What is stated beside them applies to every block.");
        space[ManifestKeys.Exclude] = Described(List(Condition()), "Cells that meet one of these conditions are left out.");
        properties[ManifestKeys.Sweep] = sweep;
        properties[ManifestKeys.Expect] = Described(
            List(new JsonObject { ["anyOf"] = new JsonArray([.. ClaimForm.All.Select(Claim)]) }),
            "What the manifest claims about its results, to be judged when they are there (docs/claims.md).");

        // A manifest that extends another need not repeat what that one states.
        JsonNode[] required = [ManifestKeys.Samples, .. root["required"]!.AsArray().Select(key => key!.DeepClone())];
        root.Remove("required");
        root["anyOf"] = new JsonArray(
            new JsonObject { ["required"] = new JsonArray(ManifestKeys.Extends) },
            new JsonObject { ["required"] = new JsonArray(ManifestKeys.Study) },
            new JsonObject { ["required"] = new JsonArray(required) });

        return new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "Diffusion.Research experiment",
            ["definitions"] = new JsonObject(
                ManifestSection.All.SelectMany(section => section.Slots).Select(slot => slot.Kind).Distinct().Order()
                    .Select(kind => KeyValuePair.Create<string, JsonNode?>(kind.Id(), Kind(catalogue, kind)))),
            ["type"] = "object",
            ["properties"] = root["properties"]!.DeepClone(),
            ["additionalProperties"] = false,
            ["anyOf"] = root["anyOf"]!.DeepClone(),
        }.ToJsonString(Indented) + "\n";
    }

    private static IEnumerable<(string Key, JsonNode Part)> Space() =>
    [
        (ManifestKeys.Axes, Described(Axes(), "Path of the manifest → the values it takes; the sweep is the product of all axes.")),
        (ManifestKeys.Zip, Described(Map(Axes()), "Groups of axes that vary together: first the first value of each axis, then the second.")),
        (ManifestKeys.When, Described(
            List(Closed([(ManifestKeys.If, Condition()), (ManifestKeys.Axes, Axes()), (ManifestKeys.Zip, Map(Axes()))])),
            "Axes for only those cells that meet a condition.")),
    ];

    private static JsonObject Axes()
    {
        JsonObject pair = List(Typed("number"));
        JsonObject random = Closed([("uniform", pair), ("logUniform", pair.DeepClone()), ("count", Typed("integer")), ("seed", Typed("integer"))]);
        JsonObject[] forms =
        [
            new() { ["type"] = "array", ["minItems"] = 1, ["description"] = "Values; where a component is expected, a name with * stands for every "
                + "component whose name matches." },
            Closed([("range", Described(List(Typed("number")), "[first, last, step]")), Whole()]),
            Closed([("logRange", Described(List(Typed("number")), "[first, last, count]: equal ratios")), Whole()]),
            Closed([("random", Described(random, "Random values, drawn with a seed")), Whole()]),
        ];
        return Map(new JsonObject { ["anyOf"] = new JsonArray(forms) });

        static (string, JsonNode) Whole() =>
            ("whole", Described(Typed("boolean"), "Whether the values are rounded to whole numbers; doubled ones are left out."));
    }

    private static JsonObject Condition() =>
        Described(Typed("object"), "Path → the value or values it must have; components match by name, * stands for anything.");

    private static JsonObject Map(JsonObject values) => new() { ["type"] = "object", ["additionalProperties"] = values };

    private static JsonObject Closed(IEnumerable<(string Key, JsonNode Part)> parts) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(parts.Select(part => KeyValuePair.Create<string, JsonNode?>(part.Key, part.Part))),
        ["additionalProperties"] = false,
    };

    private static JsonObject Described(JsonObject schema, string description)
    {
        schema["description"] = description;
        return schema;
    }

    private static JsonObject Kind(ComponentCatalogue catalogue, ComponentKind kind)
    {
        ComponentDescriptor[] components = [.. catalogue.All.Where(component => component.Kind == kind)];
        var names = new JsonObject { ["enum"] = new JsonArray([.. components.SelectMany(NamesOf).Select(name => JsonValue.Create(name))]) };
        return new JsonObject { ["anyOf"] = new JsonArray([names, .. components.Select(Component)]) };
    }

    private static JsonObject Component(ComponentDescriptor component)
    {
        JsonObject schema = component.Options is { } options
            ? Section(options)
            : new JsonObject { ["type"] = "object", ["properties"] = new JsonObject(), ["additionalProperties"] = false };
        schema["description"] = component.Summary;
        schema["properties"]!.AsObject().Insert(0, ManifestKeys.Use, component.Aliases.Count == 0
            ? new JsonObject { ["const"] = component.Name }
            : new JsonObject { ["enum"] = new JsonArray([.. NamesOf(component).Select(name => JsonValue.Create(name))]) });
        JsonNode[] required = [ManifestKeys.Use, .. (schema["required"]?.AsArray() ?? []).Select(key => key!.DeepClone())];
        schema["required"] = new JsonArray(required);
        return schema;
    }

    private static JsonObject Claim(ClaimForm form)
    {
        JsonObject schema = Section(form.Shape);
        schema["description"] = form.Summary;
        schema["properties"]!.AsObject().Insert(0, ManifestKeys.Claim, new JsonObject { ["const"] = form.Name });
        JsonNode[] required = [ManifestKeys.Claim, .. (schema["required"]?.AsArray() ?? []).Select(key => key!.DeepClone())];
        schema["required"] = new JsonArray(required);
        return schema;
    }

    private static IEnumerable<string> NamesOf(ComponentDescriptor component) => component.Aliases.Prepend(component.Name);

    private static JsonObject Section(ManifestSection section)
    {
        JsonObject schema = Section(section.Settings);
        schema["description"] = section.Summary;
        JsonObject properties = schema["properties"]!.AsObject();
        foreach (ComponentSlot slot in section.Slots)
            properties[slot.Key] = slot.IsList ? Described(List(Reference(slot.Kind)), slot.Description) : Reference(slot.Kind);
        JsonNode[] required = [.. (schema["required"]?.AsArray()
            ?? []).Select(key => key!.DeepClone()), .. section.Slots.Where(slot => slot.IsRequired).Select(slot => JsonValue.Create(slot.Key))];
        if (required.Length > 0)
            schema["required"] = new JsonArray(required);
        return schema;
    }

    private static JsonObject Section(OptionsShape shape)
    {
        object defaults = shape.CreateDefault();
        var properties = new JsonObject();
        foreach (OptionProperty property in shape.Properties)
        {
            JsonObject schema = Type(property.Type);
            JsonObject described = schema;
            if (property.Infinity is not null)
                described = new JsonObject { ["anyOf"] = new JsonArray(
                    schema, new JsonObject { ["const"] = JsonNode.Parse(property.Type.Format(property.Infinity)) }) };
            if (property.Description.Length > 0)
                described["description"] = property.Description;
            if (property.Rules.OfType<RangeAttribute>().FirstOrDefault() is { } range)
                Bound(schema, NumberRange.FromAttribute(range));
            if (property.Rules.OfType<LengthAttribute>().FirstOrDefault() is { } length)
                (schema["minItems"], schema["maxItems"]) = (length.MinimumLength, length.MaximumLength);
            // Conditions are few or many, and none are stated by leaving them out.
            if (!property.IsRequired && !property.IsInherited && property.Type.Kind != OptionValueKind.Conditions && property.Get(defaults) is { } value)
                described["default"] = JsonNode.Parse(property.Type.Format(value));
            properties[property.Name] = described;
        }

        var section = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        string[] required = [.. shape.Properties.Where(property => property.IsRequired).Select(property => property.Name)];
        if (required.Length > 0)
            section["required"] = new JsonArray([.. required.Select(key => JsonValue.Create(key))]);
        return section;
    }

    private static JsonObject Type(OptionType type) => type.Kind switch
    {
        OptionValueKind.Number => Typed("number"),
        OptionValueKind.WholeNumber => Typed("integer"),
        OptionValueKind.Boolean => Typed("boolean"),
        OptionValueKind.Text => Typed("string"),
        OptionValueKind.Choice => new JsonObject { ["enum"] = new JsonArray([.. type.Choices.Keys.Select(choice => JsonValue.Create(choice))]) },
        OptionValueKind.Budget => new JsonObject { ["anyOf"] = new JsonArray(Typed("integer"), Limit()) },
        OptionValueKind.Time => new JsonObject { ["anyOf"] = new JsonArray(Typed("number"), Noise()) },
        OptionValueKind.Repeats => new JsonObject { ["anyOf"] = new JsonArray(
            Typed("integer"), Closed([(RepeatCounts.SamplingKey, Typed("integer")), (RepeatCounts.TrainingKey, Typed("integer"))]), Until()) },
        OptionValueKind.Conditions => Condition(),
        OptionValueKind.Side => new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["const"] = ComparedSide.ExactSamplerName }, Condition()) },
        OptionValueKind.Group => Section(type.Shape!),
        _ => List(Type(type.Element!)),
    };

    private static JsonObject Limit() => Required(Budget.AtMost, "integer");

    private static JsonObject Noise() => Required(ProcessTime.NoiseKey, "number");

    private static JsonObject Until()
    {
        JsonObject most = Typed("integer");
        most["minimum"] = LookSchedule.First;
        JsonObject form = Closed([(RepeatCounts.UntilKey, new JsonObject { ["const"] = RepeatCounts.Decided }), (RepeatCounts.AtMostKey, most)]);
        form["required"] = new JsonArray(RepeatCounts.UntilKey, RepeatCounts.AtMostKey);
        return form;
    }

    private static JsonObject Required(string key, string type)
    {
        JsonObject form = Closed([(key, Typed(type))]);
        form["required"] = new JsonArray(key);
        return form;
    }

    private static void Bound(JsonObject schema, NumberRange range)
    {
        if (schema["items"] is JsonObject items)
        {
            Bound(items, range);
            return;
        }

        if (schema["anyOf"] is JsonArray forms)
        {
            Bound(forms[0]!.AsObject(), range);
            foreach ((string _, JsonNode? member) in forms.Skip(1).SelectMany(form => form!["properties"]!.AsObject()))
                Bound(member!.AsObject(), range);
            return;
        }

        if (schema["type"] is null)
            return;
        if (double.IsFinite(range.Minimum) && schema["minimum"] is null)
            schema[range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = range.Minimum;
        if (double.IsFinite(range.Maximum))
            schema[range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum"] = range.Maximum;
    }

    private static JsonObject Typed(string type) => new() { ["type"] = type };

    private static JsonObject List(JsonNode items) => new() { ["type"] = "array", ["items"] = items };

    private static JsonObject Reference(ComponentKind kind) => new() { ["$ref"] = $"#/definitions/{kind.Id()}" };
}
