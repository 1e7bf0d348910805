using Diffusion.Experiments.Components;

namespace Diffusion.Host.Plugins;

/// <summary>Loads the DLLs that may hold components. What cannot be loaded is a problem; the rest goes on.</summary>
/// <param name="judge">The verdict on a DLL that is not the host's own, before it is loaded.</param>
internal sealed class PluginLoader(Func<string, PluginVerdict> judge)
{
    private readonly List<PluginAssembly> _plugins = [];
    private readonly List<ComponentProblem> _problems = [];
    private readonly string? _own = PluginFolders.Own(AppContext.BaseDirectory);
    private readonly HashSet<(string Name, Guid Module)> _loaded = [];

    /// <summary>The plugins in the order in which they were loaded.</summary>
    public IReadOnlyList<PluginAssembly> Plugins => _plugins;

    /// <summary>What could not be loaded, and why.</summary>
    public IReadOnlyList<ComponentProblem> Problems => _problems;

    /// <summary>Loads a folder that holds plugins, or folders of plugins, or both.</summary>
    public void Load(string folder)
    {
        int problems = _problems.Count;
        int plugins = LoadFolder(folder);
        foreach (string child in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
            plugins += LoadFolder(child);
        if (plugins == 0 && _problems.Count == problems)
            _problems.Add(new(folder, $"contains no plugin: no DLL in it or in its subfolders uses {HostAssemblies.Contracts.Name}"));
    }

    /// <summary>Loads one DLL, with the dependencies that lie beside it.</summary>
    public void LoadFile(string path)
    {
        if (Inspect(path) is { } plugin)
            Load([plugin], Path.GetDirectoryName(path)!);
    }

    private int LoadFolder(string folder)
    {
        PluginFile[] plugins = [.. Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal).Select(Inspect).OfType<PluginFile>()];
        Load(plugins, folder);
        return plugins.Length;
    }

    private void Load(PluginFile[] plugins, string folder)
    {
        PluginLoadContext context = new(folder, plugins.Select(p => p.Path));
        foreach (PluginFile plugin in plugins)
        {
            // A copy of what is already there, because one folder lies in another or was copied, is no news.
            if (!_loaded.Add((plugin.Name, plugin.ModuleId)))
                continue;

            try
            {
                PluginVerdict verdict = IsOwn(plugin) ? PluginVerdict.Sound : judge(plugin.Path);
                if (verdict.Refusal is { } refusal)
                    _problems.Add(new(plugin.Path, $"{refusal}; it is left out"));
                else
                    _plugins.Add(new(context.LoadFromAssemblyPath(plugin.Path), verdict));
            }
            catch (Exception e) when (e is IOException or BadImageFormatException or UnauthorizedAccessException)
            {
                _problems.Add(new(plugin.Path, $"cannot be loaded: {e.Message}"));
            }
        }
    }

    // What was built with the host was tested with it.
    private bool IsOwn(PluginFile plugin) =>
        _own is not null
            && plugin.Name.StartsWith("Diffusion.", StringComparison.Ordinal)
            && Path.GetFullPath(plugin.Path).StartsWith(_own + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private PluginFile? Inspect(string path)
    {
        try
        {
            PluginFile? plugin = PluginFile.Inspect(path);
            if (plugin is null || plugin.Contracts <= HostAssemblies.Contracts.Version)
                return plugin;
            _problems.Add(new(
                path,
                $"cannot be loaded: it was built for {HostAssemblies.Contracts.Name} {plugin.Contracts}, this host has {HostAssemblies.Contracts.Version}"));
        }
        catch (BadImageFormatException)
        {
            _problems.Add(new(path, "cannot be loaded: it is not a .NET assembly"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problems.Add(new(path, $"cannot be read: {e.Message}"));
        }

        return null;
    }
}
