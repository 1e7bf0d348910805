using Diffusion.Core.Training;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Planning;

/// <summary>From composed trees to experiments. Parts that trees share are bound once.</summary>
/// <param name="components">Binds components.</param>
/// <param name="options">Binds what is no component.</param>
/// <param name="problems">Where everything goes that is wrong.</param>
/// <param name="defaultName">Name of experiments whose manifest states none.</param>
internal sealed class ExperimentBinder(ComponentBinder components, OptionsBinder options, ManifestProblems problems, string defaultName)
{
    private const string DefaultTimeSampler = "uniform";

    private static readonly string[] OtherKeys =
    [
        ManifestKeys.Schema, ManifestKeys.Extends, ManifestKeys.Training, ManifestKeys.Keep, ManifestKeys.Sweep, ManifestKeys.Expect,
        .. ManifestSection.Root.Slots.Select(slot => slot.Key),
    ];

    private static readonly string[] TrainingKeys = [.. ManifestSection.Training.Slots.Select(slot => slot.Key)];

    private readonly Dictionary<ManifestNode, IReadOnlyList<ComponentChoice>> _metrics = [];
    private readonly Dictionary<ManifestNode, BoundTraining?> _trainings = [];
    private readonly Dictionary<ManifestNode, KeepSettings?> _keeps = [];
    private readonly Dictionary<string, string?> _devices = [];

    private sealed record BoundTraining(
        ManifestNode Node, TrainingSettings Settings, ComponentChoice? Schedule, ComponentChoice? Weighting, ComponentChoice TimeSampler);

    /// <summary>Binds a tree without a sweep.</summary>
    /// <returns>Null when something is wrong, with problems added, or when the binding is partial.</returns>
    public Experiment? Bind(ManifestNode root)
    {
        // null stands for "not stated", so that a manifest can take back what it extends.
        root = ManifestNode.Object([.. root.Members.Where(m => m.Value.Kind != ManifestNodeKind.Null)], root.Origin);
        var settings = (ExperimentSettings?)options.Bind(root, ManifestSection.Root.Settings, "", OtherKeys);
        CheckDevice(root, settings?.Device);
        if (root[ManifestKeys.Study] is { } studyNode)
            return BindStudy(root, studyNode, settings);
        if (root[ManifestKeys.Samples] is null)
            options.Missing(root, $"missing key '{ManifestKeys.Samples}'");
        ComponentChoice? data = Required(root, ManifestKeys.Data, ComponentKind.Data);
        ComponentChoice? schedule = Required(root, ManifestKeys.Schedule, ComponentKind.Schedule);
        ComponentChoice? model = Required(root, ManifestKeys.Model, ComponentKind.ScoreModel);
        ComponentChoice? grid = Required(root, ManifestKeys.Grid, ComponentKind.Grid);
        ComponentChoice? solver = Required(root, ManifestKeys.Solver, ComponentKind.Solver);
        IReadOnlyList<ComponentChoice> metrics = Metrics(root[ManifestKeys.Metrics]);
        ComponentChoice? loss = root[ManifestKeys.Loss] is { } lossNode ? components.Bind(lossNode, ComponentKind.Loss) : null;
        BoundTraining? training = root[ManifestKeys.Training] is { } trainingNode ? Training(trainingNode) : null;

        KeepSettings? keep = root[ManifestKeys.Keep] is { } keepNode ? Keep(keepNode) : null;

        if (root[ManifestKeys.Steps] is null && root[ManifestKeys.Nfe] is null)
            options.Missing(root, "missing key 'steps' (or 'nfe', a budget of evaluations)");

        if (settings?.Reference == ReferenceDraw.PerRepeat && data is { Descriptor.IsGenerator: false })
            problems.Add(root[ManifestKeys.Reference]!.Origin, $"{data.Descriptor.Title} has no generator to draw new rows from: "
                + "its rows are the same in all repeats (leave 'reference' out, or state shared)");

        bool learns = model is { Descriptor.IsTrainable: true };
        if (learns)
        {
            foreach (string key in new[] { ManifestKeys.Loss, ManifestKeys.Training }.Where(k => root[k] is null))
                options.Missing(root, $"missing key '{key}': {model!.Descriptor.Title} is trained");
        }

        if (settings?.Samples is null
            || (settings.Steps is null && settings.Nfe is null)
            || data is null
            || schedule is null
            || model is null
            || grid is null
            || solver is null
            || (keep is null && root[ManifestKeys.Keep] is not null)
            || (learns && (loss is null || training is null)))
            return null;

        return new()
        {
            Name = settings.Name ?? defaultName,
            Settings = settings with { Reference = data.Descriptor.IsGenerator ? settings.Reference ?? ReferenceDraw.PerRepeat : null },
            Data = data,
            Schedule = schedule,
            Model = model,
            Loss = learns ? loss : null,
            Training = learns ? Complete(training!, settings, schedule) : null,
            Keep = keep,
            Grid = grid,
            Solver = solver,
            Metrics = metrics,
        };
    }

    /// <summary>Binds a tree with a study in place of a solver.</summary>
    private Experiment? BindStudy(ManifestNode root, ManifestNode studyNode, ExperimentSettings? settings)
    {
        foreach (ManifestMember member in root.Members.Where(member => ManifestKeys.OfSolvers.Contains(member.Name)))
            problems.Add(
                member.NameOrigin, $"a manifest with a study has no '{member.Name}': '{ManifestKeys.Study}' takes the place of solver, grid and metrics");
        if (components.Bind(studyNode, ComponentKind.Study) is not { } study)
            return null;

        bool isSound = settings is not null;
        ComponentChoice data = Part(ManifestKeys.Data, ComponentKind.Data, StudyParts.Data);
        ComponentChoice schedule = Part(ManifestKeys.Schedule, ComponentKind.Schedule, StudyParts.Schedule);
        ComponentChoice model = Part(ManifestKeys.Model, ComponentKind.ScoreModel, StudyParts.Model);
        bool learns = model.Descriptor.IsTrainable;
        ComponentChoice? loss = null;
        BoundTraining? training = null;
        foreach (string key in new[] { ManifestKeys.Loss, ManifestKeys.Training })
        {
            if (root[key] is not { } node)
            {
                if (learns)
                    options.Missing(root, $"missing key '{key}': {model.Descriptor.Title} is trained");
                continue;
            }

            if (!study.Descriptor.TakenParts.HasFlag(StudyParts.Model))
                Superfluous(key);
            else if (key == ManifestKeys.Loss)
                loss = components.Bind(node, ComponentKind.Loss);
            else
                training = Training(node);
        }

        foreach ((ComponentChoice part, string key) in new[] { (data, ManifestKeys.Data), (schedule, ManifestKeys.Schedule) })
        {
            if (learns && part.IsNone)
            {
                options.Missing(root, $"missing key '{key}': {model.Descriptor.Title} is trained");
                isSound = false;
            }
        }

        if (!isSound || (learns && (loss is null || training is null)))
            return null;

        return new()
        {
            Name = settings!.Name ?? defaultName,
            Settings = settings,
            Data = data,
            Schedule = schedule,
            Model = model,
            Loss = learns ? loss : null,
            Training = learns ? Complete(training!, settings, schedule) : null,
            Grid = ComponentChoice.None(ComponentKind.Grid),
            Solver = ComponentChoice.None(ComponentKind.Solver),
            Study = study,
            Metrics = [],
        };

        ComponentChoice Part(string key, ComponentKind kind, StudyParts part)
        {
            if (root[key] is not { } node)
            {
                if (study.Descriptor.NeededParts.HasFlag(part))
                {
                    options.Missing(root, $"missing key '{key}': {study.Descriptor.Title} needs it");
                    isSound = false;
                }

                return ComponentChoice.None(kind);
            }

            if (!study.Descriptor.TakenParts.HasFlag(part))
                Superfluous(key);
            ComponentChoice? choice = components.Bind(node, kind);
            isSound &= choice is not null;
            return choice ?? ComponentChoice.None(kind);
        }

        void Superfluous(string key)
        {
            isSound = false;
            // An axis may yet lay another study over this one.
            options.Missing(
                ManifestNode.Object([], root.Members.Single(member => member.Name == key).NameOrigin),
                $"{study.Descriptor.Title} takes no '{key}': {Taken(study.Descriptor)}");
        }
    }

    private static string Taken(ComponentDescriptor study)
    {
        string[] taken = [.. Enum.GetValues<StudyParts>().Where(part => part != StudyParts.None && study.TakenParts.HasFlag(part))
            .Select(part => $"'{part.ToString().ToLowerInvariant()}'")];
        return taken.Length == 0 ? "it needs no part of the manifest beside its options" : $"it takes {string.Join(" and ", taken)} alone";
    }

    // What a training does not state, the experiment around it does.
    private static TrainingPlan Complete(BoundTraining training, ExperimentSettings experiment, ComponentChoice schedule)
    {
        TrainingSettings settings = training.Settings with { };
        foreach (OptionProperty inherited in ManifestSection.Training.Settings.Properties
            .Where(property => property.IsInherited && training.Node[property.Name] is null or { Kind: ManifestNodeKind.Null }))
            inherited.Set(settings, ManifestSection.Root.Settings.Properties.Single(property => property.Name == inherited.Name).Get(experiment));
        return new() { Settings = settings, Schedule = training.Schedule ?? schedule, Weighting = training.Weighting, TimeSampler = training.TimeSampler };
    }

    private void CheckDevice(ManifestNode root, string? device)
    {
        if (device is null || root[ManifestKeys.Device] is not { } node)
            return;
        if (!_devices.TryGetValue(device, out string? problem))
            _devices[device] = problem = DeviceCheck.Problem(device);
        if (problem is not null)
            problems.Add(node.Origin, problem);
    }

    private ComponentChoice? Required(ManifestNode root, string key, ComponentKind kind)
    {
        if (root[key] is { } node)
            return components.Bind(node, kind);
        options.Missing(root, $"missing key '{key}'");
        return null;
    }

    private IReadOnlyList<ComponentChoice> Metrics(ManifestNode? node)
    {
        if (node is null)
            return [];
        if (_metrics.TryGetValue(node, out IReadOnlyList<ComponentChoice>? metrics))
            return metrics;

        List<ComponentChoice> bound = [];
        HashSet<string> stated = new(StringComparer.Ordinal);
        if (node.Kind != ManifestNodeKind.Array)
            problems.Add(node.Origin, $"expected an array of metrics, found {node.KindInWords}");
        foreach (ManifestNode item in node.Items)
        {
            if (components.Bind(item, ComponentKind.Metric) is not { } choice)
                continue;
            if (!stated.Add(choice.CanonicalJson))
                problems.Add(item.Origin, $"{choice.Descriptor.Title} is stated twice with the same options");
            bound.Add(choice);
        }

        return _metrics[node] = bound;
    }

    private KeepSettings? Keep(ManifestNode node)
    {
        if (_keeps.TryGetValue(node, out KeepSettings? keep))
            return keep;
        if (node.Kind != ManifestNodeKind.Object)
            problems.Add(node.Origin, $"expected an object, found {node.KindInWords}");
        else
            keep = (KeepSettings?)options.Bind(node, ManifestSection.Keep.Settings, ManifestKeys.Keep);
        return _keeps[node] = keep;
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

        var settings = (TrainingSettings?)options.Bind(node, ManifestSection.Training.Settings, ManifestKeys.Training, TrainingKeys);
        ComponentChoice? schedule = Optional(node[ManifestKeys.Schedule], ComponentKind.Schedule, out bool isScheduleSound);
        ComponentChoice? weighting = Optional(node[ManifestKeys.Weighting], ComponentKind.Weighting, out bool isWeightingSound);
        ManifestNode timeSamplerNode = node[ManifestKeys.TimeSampler] ?? ManifestNode.Scalar(ManifestNodeKind.String, DefaultTimeSampler, node.Origin);
        ComponentChoice? timeSampler = components.Bind(timeSamplerNode, ComponentKind.TimeSampler);
        return settings is null || timeSampler is null || !isScheduleSound || !isWeightingSound ? null : new(node, settings, schedule, weighting, timeSampler);
    }

    /// <summary>The component at a node that may be missing or null, so that a sweep can have "as it is" among its values.</summary>
    private ComponentChoice? Optional(ManifestNode? node, ComponentKind kind, out bool isSound)
    {
        bool isStated = node is { Kind: not ManifestNodeKind.Null };
        ComponentChoice? choice = isStated ? components.Bind(node!, kind) : null;
        isSound = !isStated || choice is not null;
        return choice;
    }
}
