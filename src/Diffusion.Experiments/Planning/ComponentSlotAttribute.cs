namespace Diffusion.Experiments.Planning;

/// <summary>Marks a property as a place of the manifest where a component stands, or an array of components.</summary>
/// <param name="kind">The kind of component.</param>
/// <param name="stage">The stage of the experiment that first depends on it.</param>
/// <param name="description">What it is for.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ComponentSlotAttribute(ComponentKind kind, ExperimentStage stage, string description) : Attribute
{
    /// <summary>The kind of component.</summary>
    public ComponentKind Kind { get; } = kind;

    /// <summary>The stage of the experiment that first depends on it.</summary>
    public ExperimentStage Stage { get; } = stage;

    /// <summary>What it is for.</summary>
    public string Description { get; } = description;

    /// <summary>Whether a manifest must state it.</summary>
    public bool IsRequired { get; init; }
}
