using System.Reflection;
using System.Text.Json;
using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Planning;

/// <summary>A place in a section of a manifest where a component stands, or an array of components.</summary>
public sealed class ComponentSlot
{
    private readonly PropertyInfo _property;
    private readonly ComponentSlotAttribute _attribute;

    internal ComponentSlot(PropertyInfo property, ComponentSlotAttribute attribute)
    {
        _property = property;
        _attribute = attribute;
        Key = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        IsList = property.PropertyType != typeof(ComponentChoice);
    }

    /// <summary>Its key in the section.</summary>
    public string Key { get; }

    /// <summary>The kind of component.</summary>
    public ComponentKind Kind => _attribute.Kind;

    /// <summary>What it is for.</summary>
    public string Description => _attribute.Description;

    /// <summary>Whether a manifest must state it.</summary>
    public bool IsRequired => _attribute.IsRequired;

    /// <summary>Whether an array of components stands there.</summary>
    public bool IsList { get; }

    /// <summary>The stage of the experiment that first depends on it.</summary>
    public ExperimentStage Stage => _attribute.Stage;

    /// <summary>What was chosen, as JSON; null where nothing was.</summary>
    /// <param name="owner">The experiment, or its part, that holds the choice.</param>
    /// <param name="component">A choice as JSON.</param>
    internal string? Format(object owner, Func<ComponentChoice, string> component) => _property.GetValue(owner) switch
    {
        ComponentChoice { IsNone: true } => null,
        ComponentChoice choice => component(choice),
        IReadOnlyList<ComponentChoice> choices => $"[{string.Join(',', choices.Select(component))}]",
        _ => null,
    };
}
