using System.Collections.Concurrent;
using System.Reflection;

namespace Diffusion.Host.Plugins;

/// <summary>The assemblies that the host brings and shares with its plugins, so that a type is one type on both sides.</summary>
internal static class HostAssemblies
{
    private static readonly Dictionary<string, string> Paths = ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .GroupBy(path => Path.GetFileNameWithoutExtension(path), StringComparer.OrdinalIgnoreCase)
        .ToDictionary(group => group.Key, group => group.First(), StringComparer.OrdinalIgnoreCase);

    private static readonly ConcurrentDictionary<string, Version> Versions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The contracts.</summary>
    public static AssemblyName Contracts { get; } = typeof(ComponentAttribute).Assembly.GetName();

    /// <summary>
    /// Whether the host's copy is the one to use: always for contracts and tensors, whose types cross the border, else where it is as new as
    /// what is asked for.
    /// </summary>
    public static bool Share(AssemblyName name)
    {
        if (name.Name is not { } simpleName)
            return false;
        if (simpleName == Contracts.Name || simpleName.StartsWith("TorchSharp", StringComparison.Ordinal))
            return true;
        if (!Paths.TryGetValue(simpleName, out string? path))
            return false;
        Version version = Versions.GetOrAdd(simpleName, _ => AssemblyName.GetAssemblyName(path).Version ?? new());
        return name.Version is null || version >= name.Version;
    }
}
