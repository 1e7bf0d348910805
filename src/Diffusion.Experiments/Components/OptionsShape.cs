using System.Collections.Concurrent;
using System.Reflection;

namespace Diffusion.Experiments.Components;

/// <summary>The options of a component: what a manifest may state, with types, defaults and bounds.</summary>
public sealed class OptionsShape
{
    private static readonly ConcurrentDictionary<Type, OptionsShape> Shapes = new();

    private OptionsShape(Type type)
    {
        Type = type;
        Lazy<object> defaults = new(CreateDefault);
        List<OptionProperty> properties = [];
        List<string> flaws = [];
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is { IsPublic: true }))
        {
            if (OptionType.FromClrType(property.PropertyType) is not { } optionType)
                flaws.Add($"option '{property.Name}' has the type {property.PropertyType.Name}, which a manifest cannot state");
            else if (property.IsDefined(typeof(FilePathAttribute)) && optionType.Kind != OptionValueKind.Text)
                flaws.Add($"option '{property.Name}' is marked as a file's path but is not text");
            else
                properties.Add(new(property, optionType, defaults));
        }

        if (type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is null)
            flaws.Add($"{type.FullName} has no public constructor without parameters (a positional record has none)");
        Properties = properties;
        Flaws = flaws;
    }

    /// <summary>The options record.</summary>
    public Type Type { get; }

    /// <summary>The options in the order in which they are declared.</summary>
    public IReadOnlyList<OptionProperty> Properties { get; }

    /// <summary>Why the record cannot be bound; empty when it can.</summary>
    public IReadOnlyList<string> Flaws { get; }

    /// <summary>The shape of an options record, read once.</summary>
    public static OptionsShape ForType(Type type) => Shapes.GetOrAdd(type, t => new OptionsShape(t));

    /// <summary>A new record with every option at its default; required ones are not set.</summary>
    public object CreateDefault() =>
        Activator.CreateInstance(
            Type, BindingFlags.DoNotWrapExceptions | BindingFlags.Public | BindingFlags.Instance, binder: null, args: null, culture: null)!;
}
