using System.Reflection;

namespace Diffusion.Core.Contracts;

/// <summary>How messages about a component's faults call it.</summary>
public static class ComponentIdentity
{
    /// <summary>"solver 'ddim' (Diffusion.Solvers 0.1.0, …/Diffusion.Solvers.dll)"; a class that is no component by its own name.</summary>
    public static string Describe(object component)
    {
        Type type = component.GetType();
        string? version = type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? type.Assembly.GetName().Version?.ToString();
        string library = string.Join(", ", new[] { $"{type.Assembly.GetName().Name} {version}", type.Assembly.Location }.Where(part => part.Length > 0));
        return type.GetCustomAttribute<ComponentAttribute>() is { } attribute
            ? $"{Prose(attribute.Kind)} '{attribute.Name}' ({library})"
            : $"{type.Name} ({library})";
    }

    // "score model" of ScoreModel.
    private static string Prose(ComponentKind kind) =>
        string.Concat(kind.ToString().Select((c, i) => char.IsUpper(c) ? $"{(i > 0 ? " " : "")}{char.ToLowerInvariant(c)}" : $"{c}"));
}
