using System.Reflection;
using System.Text.RegularExpressions;

namespace Diffusion.Experiments.Components;

/// <summary>Finds components by their attribute and checks that each can be built.</summary>
internal sealed partial class ComponentScanner
{
    private readonly List<ComponentDescriptor> _components = [];
    private readonly List<ComponentProblem> _problems = [];

    public IReadOnlyList<ComponentDescriptor> Components => _components;

    public IReadOnlyList<ComponentProblem> Problems => _problems;

    public void Scan(Assembly assembly)
    {
        foreach (Type type in TypesOf(assembly))
            Scan(type);
    }

    /// <summary>The types of an assembly in the order of their names; those that cannot be loaded are a problem.</summary>
    public IEnumerable<Type> TypesOf(Assembly assembly)
    {
        Type[] types;
        try
        {
            types = assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            string reasons = string.Join("; ", e.LoaderExceptions.OfType<Exception>().Select(x => x.Message).Distinct());
            _problems.Add(new(assembly.Location, $"some of its types cannot be loaded: {reasons}"));
            types = [.. e.Types.OfType<Type>()];
        }

        return types.OrderBy(t => t.FullName, StringComparer.Ordinal);
    }

    public void Scan(Type type)
    {
        try
        {
            if (type.GetCustomAttribute<ComponentAttribute>(inherit: false) is { } attribute)
                Scan(new ComponentRegistration(type, attribute));
        }
        catch (Exception e)
        {
            // Attributes and static fields are a stranger's code.
            Refuse(type, $"cannot be loaded: {e.GetBaseException().Message}");
        }
    }

    /// <summary>Takes a component that is registered by hand or found by its attribute.</summary>
    public void Scan(ComponentRegistration registration)
    {
        // A class that has the attribute and is registered too is one component.
        if (_components.Exists(
            c => c.ImplementationType == registration.Type && c.Kind == registration.Attribute.Kind && c.Name == registration.Attribute.Name))
            return;
        if (Describe(registration.Type, registration.Attribute) is not { } component)
            return;
        if (registration.Options is { } options && component.Options?.Type != options)
            Refuse(registration.Type, $"is registered as the {component.Title} with the options {options.FullName}, which its constructor does not take");
        else
            _components.Add(component);
    }

    private ComponentDescriptor? Describe(Type type, ComponentAttribute attribute)
    {
        if (!Enum.IsDefined(attribute.Kind))
            return Refuse(type, $"is of a kind that this host does not know ({(int)attribute.Kind})");

        string title = $"{attribute.Kind.Prose()} '{attribute.Name}'";
        Type contract = attribute.Kind.Contract();
        if (!contract.IsAssignableFrom(type))
            return Refuse(type, $"says that it is the {title} but does not implement {contract.FullName}");
        if (type.IsAbstract || type.ContainsGenericParameters)
            return Refuse(type, $"says that it is the {title} but is abstract or generic, so it cannot be built");
        if (attribute.Aliases.Prepend(attribute.Name).FirstOrDefault(name => !KebabCase().IsMatch(name)) is { } misspelt)
            return Refuse(type, $"calls itself '{misspelt}'; a component's name is in kebab-case (a-z, 0-9 and single hyphens)");

        ConstructorInfo[] constructors = type.GetConstructors();
        if (constructors.Length != 1)
            return Refuse(type, $"has {constructors.Length} public constructors; the {title} needs exactly one");

        Type[] options = [.. constructors[0].GetParameters().Select(p => p.ParameterType).Where(t => t.IsAssignableTo(typeof(ComponentOptions)))];
        if (options.Length > 1)
            return Refuse(type, $"takes two options records, {options[0].FullName} and {options[1].FullName}; the {title} may take one");

        OptionsShape? shape = options.Length == 1 ? OptionsShape.ForType(options[0]) : null;
        if (shape is { Flaws.Count: > 0 })
            return Refuse(type, $"has options that cannot be bound: {string.Join("; ", shape.Flaws)}");

        return new()
        {
            Kind = attribute.Kind,
            Name = attribute.Name,
            Aliases = attribute.Aliases,
            IsDefault = attribute.IsDefault,
            Summary = attribute.Summary,
            Reference = attribute.Reference,
            Variants = [.. type.GetCustomAttributes<VariantAttribute>(inherit: false).Select(variant => variant.Options)],
            ImplementationType = type,
            Options = shape,
            AssemblyName = type.Assembly.GetName().Name ?? "",
            Version = VersionOf(type.Assembly),
            AssemblyPath = type.Assembly.Location,
        };
    }

    private ComponentDescriptor? Refuse(Type type, string message)
    {
        _problems.Add(new(type.Assembly.Location, $"{type.FullName} {message}"));
        return null;
    }

    private static string VersionOf(Assembly assembly)
    {
        string? informational = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return informational?.Split('+')[0] ?? assembly.GetName().Version?.ToString() ?? "0";
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex KebabCase();
}
