using System.Security.Cryptography;

using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Planning;

/// <summary>From composed trees to experiments. Parts that trees share are bound once.</summary>
/// <param name="catalogue">What can be named.</param>
/// <param name="options">Binds options.</param>
/// <param name="problems">Where everything goes that is wrong.</param>
/// <param name="defaultName">Name of experiments whose manifest states none.</param>
internal sealed class ExperimentBinder(ComponentCatalogue catalogue, OptionsBinder options, ManifestProblems problems, string defaultName)
{
    private const string DefaultTimeSampler = "uniform";

    private static readonly string[] SectionKeys =
    [
        ManifestKeys.Schema, ManifestKeys.Extends, ManifestKeys.Data, ManifestKeys.Schedule, ManifestKeys.Model, ManifestKeys.Loss, ManifestKeys.Training,
        ManifestKeys.Grid, ManifestKeys.Solver, ManifestKeys.Metrics, ManifestKeys.Sweep,
    ];

    private readonly Dictionary<(ComponentKind, ManifestNode), ComponentChoice?> _components = [];
    private readonly Dictionary<ManifestNode, IReadOnlyList<ComponentChoice>> _metrics = [];
    private readonly Dictionary<ManifestNode, BoundTraining?> _trainings = [];
    private readonly Dictionary<string, string> _digests = new(StringComparer.Ordinal);

    private sealed record BoundTraining(TrainingSection Section, ComponentChoice? Schedule, ComponentChoice TimeSampler);

    /// <summary>Binds a tree without a sweep.</summary>
    /// <returns>Null, with problems added, when something is wrong.</returns>
    public Experiment? Bind(ManifestNode root)
    {
        // null stands for "not stated", so that a manifest can take back what it extends.
        root = ManifestNode.Object([.. root.Members.Where(m => m.Value.Kind != ManifestNodeKind.Null)], root.Origin);
        var section = (ExperimentSection?)options.Bind(root, OptionsShape.Of(typeof(ExperimentSection)), "", SectionKeys);
        ComponentChoice? data = Required(root, ManifestKeys.Data, ComponentKind.Data);
        ComponentChoice? schedule = Required(root, ManifestKeys.Schedule, ComponentKind.Schedule);
        ComponentChoice? model = Required(root, ManifestKeys.Model, ComponentKind.ScoreModel);
        ComponentChoice? grid = Required(root, ManifestKeys.Grid, ComponentKind.Grid);
        ComponentChoice? solver = Required(root, ManifestKeys.Solver, ComponentKind.Solver);
        IReadOnlyList<ComponentChoice> metrics = Metrics(root[ManifestKeys.Metrics]);
        ComponentChoice? loss = root[ManifestKeys.Loss] is { } lossNode ? Component(lossNode, ComponentKind.Loss) : null;
        BoundTraining? training = root[ManifestKeys.Training] is { } trainingNode ? Training(trainingNode) : null;

        bool learns = model is { Descriptor.IsTrainable: true };
        if (learns)
        {
            foreach (string key in new[] { ManifestKeys.Loss, ManifestKeys.Training }.Where(k => root[k] is null))
                problems.Add(root.Origin, $"missing key '{key}': {model!.Descriptor.Title} learns");
        }

        if (section is null || data is null || schedule is null || model is null || grid is null || solver is null || (learns && (loss is null || training is null)))
            return null;

        return new()
        {
            Name = section.Name ?? defaultName,
            Description = section.Description,
            Seed = section.Seed,
            Data = data,
            Schedule = schedule,
            Model = model,
            Loss = learns ? loss : null,
            Training = learns ? new(training!.Section.Settings(section.Seed), training.Schedule ?? schedule, training.TimeSampler) : null,
            Grid = grid,
            Solver = solver,
            Metrics = metrics,
            Steps = section.Steps,
            Samples = section.Samples,
            Batch = section.Batch,
            Dtype = section.Dtype == FloatType.Bits32 ? ScalarType.Float32 : ScalarType.Float64,
            Device = section.Device,
        };
    }

    private ComponentChoice? Required(ManifestNode root, string key, ComponentKind kind)
    {
        if (root[key] is { } node)
            return Component(node, kind);
        problems.Add(root.Origin, $"missing key '{key}'");
        return null;
    }

    private ComponentChoice? Component(ManifestNode node, ComponentKind kind)
    {
        if (!_components.TryGetValue((kind, node), out ComponentChoice? choice))
            _components[(kind, node)] = choice = BindComponent(node, kind);
        return choice;
    }

    private ComponentChoice? BindComponent(ManifestNode node, ComponentKind kind)
    {
        if (node.Kind is not (ManifestNodeKind.String or ManifestNodeKind.Object))
        {
            problems.Add(node.Origin, $"expected a {kind.Prose()} (its name, or an object with 'use'), found {node.KindInWords}");
            return null;
        }

        ManifestNode stated = ManifestMerge.AsObject(node);
        if (stated[ManifestKeys.Use] is not { } use)
        {
            problems.Add(stated.Origin, $"missing key 'use', the name of a {kind.Prose()}");
            return null;
        }

        if (use.Kind != ManifestNodeKind.String)
        {
            problems.Add(use.Origin, $"expected the name of a {kind.Prose()}, found {use.KindInWords}");
            return null;
        }

        if (catalogue.Find(kind, use.Text) is not { } component)
        {
            problems.Add(use.Origin, $"unknown {kind.Prose()} '{use.Text}'{NameSuggestions.Hint(use.Text, catalogue.Names(kind))}");
            return null;
        }

        OptionsShape shape = component.Options ?? OptionsShape.Of(typeof(NoOptions));
        if (options.Bind(stated, shape, component.Title, ManifestKeys.Use) is not { } bound)
            return null;
        return ExperimentJson.Choose(component, component.Options is null ? null : bound, p => stated[p.Name]?.Text ?? (string)p.Get(bound)!, Digest);
    }

    private IReadOnlyList<ComponentChoice> Metrics(ManifestNode? node)
    {
        if (node is null)
            return [];
        if (_metrics.TryGetValue(node, out IReadOnlyList<ComponentChoice>? metrics))
            return metrics;

        List<ComponentChoice> bound = [];
        if (node.Kind != ManifestNodeKind.Array)
            problems.Add(node.Origin, $"expected an array of metrics, found {node.KindInWords}");
        foreach (ManifestNode item in node.Items)
        {
            if (Component(item, ComponentKind.Metric) is not { } choice)
                continue;
            if (bound.Any(m => m.CanonicalJson == choice.CanonicalJson))
                problems.Add(item.Origin, $"{choice.Descriptor.Title} is stated twice with the same options");
            bound.Add(choice);
        }

        return _metrics[node] = bound;
    }

    private BoundTraining? Training(ManifestNode node)
    {
        if (!_trainings.TryGetValue(node, out BoundTraining? training))
            _trainings[node] = training = BindTraining(node);
        return training;
    }

    private BoundTraining? BindTraining(ManifestNode node)
    {
        if (node.Kind != ManifestNodeKind.Object)
        {
            problems.Add(node.Origin, $"expected an object, found {node.KindInWords}");
            return null;
        }

        var section = (TrainingSection?)options.Bind(node, OptionsShape.Of(typeof(TrainingSection)), ManifestKeys.Training, ManifestKeys.Schedule, ManifestKeys.TimeSampler);
        ManifestNode? scheduleNode = node[ManifestKeys.Schedule];
        ComponentChoice? schedule = scheduleNode is null ? null : Component(scheduleNode, ComponentKind.Schedule);
        ManifestNode timeSamplerNode = node[ManifestKeys.TimeSampler] ?? ManifestNode.Scalar(ManifestNodeKind.String, DefaultTimeSampler, node.Origin);
        ComponentChoice? timeSampler = Component(timeSamplerNode, ComponentKind.TimeSampler);
        return section is null || timeSampler is null || (scheduleNode is not null && schedule is null) ? null : new(section, schedule, timeSampler);
    }

    private string Digest(string file)
    {
        if (!_digests.TryGetValue(file, out string? digest))
        {
            using FileStream content = File.OpenRead(file);
            _digests[file] = digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";
        }

        return digest;
    }

    private sealed record NoOptions : ComponentOptions;
}
