using System.Reflection;
using System.Runtime.Loader;

namespace Diffusion.Host.Plugins;

/// <summary>Loads the plugins of one folder with dependencies of their own, whatever versions other plugins use.</summary>
/// <param name="folder">The folder.</param>
/// <param name="plugins">The plugins in it; what lies beside them, or their <c>.deps.json</c> names, are their dependencies.</param>
internal sealed class PluginLoadContext(string folder, IEnumerable<string> plugins) : AssemblyLoadContext($"plugins of {folder}")
{
    private readonly AssemblyDependencyResolver[] _resolvers = [.. plugins.Select(path => new AssemblyDependencyResolver(path))];

    /// <summary>Whether an assembly came with a plugin rather than with the host.</summary>
    public static bool IsForeign(Assembly assembly) => GetLoadContext(assembly) is PluginLoadContext;

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (HostAssemblies.Share(assemblyName))
            return null;
        string? path = _resolvers.Select(r => r.ResolveAssemblyToPath(assemblyName)).FirstOrDefault(p => p is not null);
        return path is null ? null : LoadFromAssemblyPath(path);
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        string? path = _resolvers.Select(r => r.ResolveUnmanagedDllToPath(unmanagedDllName)).FirstOrDefault(p => p is not null);
        return path is null ? 0 : LoadUnmanagedDllFromPath(path);
    }
}
