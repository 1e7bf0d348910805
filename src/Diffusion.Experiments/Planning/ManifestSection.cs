using System.Reflection;
using Diffusion.Core.Training;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Planning;

/// <summary>
/// A section of a manifest: the settings that it holds and the places where components stand in it. Both are read from the properties that hold their values,
/// and everything that deals with sections goes by what stands here: binding, keys, plans, differences, the schema and the help.
/// </summary>
public sealed class ManifestSection
{
    private ManifestSection(string name, string summary, Type settings, Type owner, ExperimentStage? stage)
    {
        Name = name;
        Summary = summary;
        Settings = OptionsShape.ForType(settings);
        Slots = [.. owner.GetProperties()
            .Select(property => (property, property.GetCustomAttribute<ComponentSlotAttribute>()))
            .Where(pair => pair.Item2 is not null)
            .Select(pair => new ComponentSlot(pair.property, pair.Item2!))];
        Stages = Settings.Properties.ToDictionary(
            property => property,
            property => stage ?? property.Find<StageAttribute>()?.Stage ?? throw new InvalidOperationException(
                $"{settings.Name}.{property.PropertyName} does not say which stage depends on it"));
    }

    /// <summary>The manifest itself.</summary>
    public static ManifestSection Root { get; } = new(
        "experiment", "An experiment: the manifest itself.", typeof(ExperimentSettings), typeof(Experiment), null);

    /// <summary>How the model is trained.</summary>
    public static ManifestSection Training { get; } = new(
        "training", "How the model is trained.", typeof(TrainingSettings), typeof(TrainingPlan), ExperimentStage.Training);

    /// <summary>What of a sampler's way is kept.</summary>
    public static ManifestSection Keep { get; } = new(
        ManifestKeys.Keep, "What is kept of the way from noise to data, beside the samples. No sample depends on it; docs/sweeps.md says more.",
        typeof(KeepSettings), typeof(KeepSettings), ExperimentStage.Sampling);

    /// <summary>What is varied. Its settings decide which cells there are and are part of no cell.</summary>
    public static ManifestSection Sweep { get; } = new(
        "sweep", "What is varied, and how often each combination runs. The space itself (axes, zip, when, union, exclude) is described in docs/sweeps.md.",
        typeof(SweepSection), typeof(SweepSection), ExperimentStage.None);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ManifestSection> All { get; } = [Root, Training, Keep, Sweep];

    /// <summary>Where components stand in a manifest.</summary>
    internal static ComponentPlaces Places { get; } = new(Root.Slots.Select(slot => (slot.Key, slot))
        .Concat(Training.Slots.Select(slot => ($"{Training.Name}.{slot.Key}", slot)))
        .ToDictionary(pair => pair.Item1, pair => (pair.slot.Kind, pair.slot.IsList)));

    /// <summary>Its key; "experiment" for the manifest itself.</summary>
    public string Name { get; }

    /// <summary>One line for people.</summary>
    public string Summary { get; }

    /// <summary>Its settings that are no components.</summary>
    public OptionsShape Settings { get; }

    /// <summary>Where components stand in it.</summary>
    public IReadOnlyList<ComponentSlot> Slots { get; }

    /// <summary>Which stage of an experiment first depends on each setting.</summary>
    public IReadOnlyDictionary<OptionProperty, ExperimentStage> Stages { get; }

    /// <summary>The values that a section has up to a stage, member by member.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="owner">What holds its components.</param>
    /// <param name="component">The form in which its components are wanted.</param>
    /// <param name="last">The last stage whose settings are wanted.</param>
    /// <param name="forKeys">Whether values are left out that keys leave out; otherwise only those are that need not be stated.</param>
    internal IEnumerable<(string Key, string Json)> Members(
        object settings, object owner, Func<ComponentChoice, string> component, ExperimentStage last, bool forKeys = true)
    {
        foreach (OptionProperty property in Settings.Properties)
        {
            if (Stages[property] is not ExperimentStage.None
                && Stages[property] <= last
                && !(forKeys ? property.IsOmitted(settings) : property.IsUnstated(settings)))
                yield return (property.Name, property.Type.Format(property.Get(settings)));
        }

        foreach (ComponentSlot slot in Slots.Where(slot => slot.Stage <= last))
        {
            if (slot.Format(owner, component) is { } json)
                yield return (slot.Key, json);
        }
    }
}
