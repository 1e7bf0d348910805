using System.Reflection;

namespace Diffusion.Experiments.Components;

/// <summary>Every component that can be named.</summary>
public sealed class ComponentCatalogue
{
    private readonly Dictionary<(ComponentKind, string), ComponentDescriptor> _byName = [];

    /// <summary>
    /// Takes components in order. Of two with one kind and name the first is kept, so that a plugin loaded later cannot change what existing
    /// manifests mean.
    /// </summary>
    /// <param name="components">The components, those to be preferred first.</param>
    /// <param name="problems">What was already found wrong with others.</param>
    public ComponentCatalogue(IEnumerable<ComponentDescriptor> components, IEnumerable<ComponentProblem> problems)
    {
        List<ComponentProblem> all = [.. problems];
        foreach (ComponentDescriptor component in components)
        {
            if (_byName.TryAdd((component.Kind, component.Name), component))
                continue;
            ComponentDescriptor kept = _byName[(component.Kind, component.Name)];
            all.Add(new(
                component.AssemblyPath,
                $"{component.Title} is defined twice: {Identity(component)} is ignored, {Identity(kept)} is used"));
        }

        foreach (ComponentDescriptor component in _byName.Values.ToList())
        {
            foreach (string alias in component.Aliases)
            {
                if (!_byName.TryAdd((component.Kind, alias), component))
                {
                    all.Add(new(
                        component.AssemblyPath,
                        $"{component.Title} is also called '{alias}', which is the name of {Identity(_byName[(component.Kind, alias)])}: "
                            + "that name means the latter"));
                }
            }
        }

        All = [.. _byName.Values.Distinct().OrderBy(c => c.Kind).ThenBy(c => c.Name, StringComparer.Ordinal)];
        Problems = all;
    }

    /// <summary>All components, by kind and name.</summary>
    public IReadOnlyList<ComponentDescriptor> All { get; }

    /// <summary>What was refused, and why.</summary>
    public IReadOnlyList<ComponentProblem> Problems { get; }

    /// <summary>The catalogue of the components in <paramref name="assemblies"/>, in order of preference.</summary>
    public static ComponentCatalogue FromAssemblies(IEnumerable<Assembly> assemblies)
    {
        ComponentScanner scanner = new();
        foreach (Assembly assembly in assemblies)
            scanner.Scan(assembly);
        return new(scanner.Components, scanner.Problems);
    }

    /// <summary>The catalogue of components that are registered, in order of preference.</summary>
    public static ComponentCatalogue FromRegistrations(IEnumerable<ComponentRegistration> registrations)
    {
        ComponentScanner scanner = new();
        foreach (ComponentRegistration registration in registrations)
            scanner.Scan(registration);
        return new(scanner.Components, scanner.Problems);
    }

    /// <summary>The catalogue of those of <paramref name="types"/> that are components, in order of preference.</summary>
    public static ComponentCatalogue FromTypes(IEnumerable<Type> types)
    {
        ComponentScanner scanner = new();
        foreach (Type type in types)
            scanner.Scan(type);
        return new(scanner.Components, scanner.Problems);
    }

    /// <summary>The component of this kind and name or alias; null when there is none.</summary>
    public ComponentDescriptor? Find(ComponentKind kind, string name) => _byName.GetValueOrDefault((kind, name));

    /// <summary>Every name by which a kind's components are found, aliases after the components' own.</summary>
    public IReadOnlyList<string> Names(ComponentKind kind)
    {
        ComponentDescriptor[] components = [.. All.Where(c => c.Kind == kind)];
        return [.. components.Select(c => c.Name), .. components.SelectMany(c => c.Aliases).Where(alias => Find(kind, alias)!.Aliases.Contains(alias))];
    }

    /// <summary>The catalogue without components whose constructors ask for something that nothing provides, which are told.</summary>
    /// <param name="isService">Whether the container has something of a type.</param>
    public ComponentCatalogue Buildable(Func<Type, bool> isService)
    {
        (ComponentDescriptor Component, ParameterInfo? Missing)[] looked = [.. All.Select(component => (component, component.Constructor.FirstOrDefault(
            p => !p.HasDefaultValue && !p.ParameterType.IsAssignableTo(typeof(ComponentOptions)) && !component.Offered.Contains(p.ParameterType)
                && !isService(p.ParameterType))))];
        ComponentProblem[] lacking = [.. looked.Where(one => one.Missing is not null)
            .Select(one => new ComponentProblem(one.Component.AssemblyPath, one.Component.Lacks(one.Missing!)))];
        // Where everything can be built, which is the rule, names need not be settled anew.
        return lacking.Length == 0 ? this : new(looked.Where(one => one.Missing is null).Select(one => one.Component), [.. Problems, .. lacking]);
    }

    private static string Identity(ComponentDescriptor component) =>
        $"{component.ImplementationType.FullName} ({component.AssemblyName} {component.Version})";
}
