using System.Reflection;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Host.Plugins;

/// <summary>Where plugins are looked for.</summary>
internal static class PluginFolders
{
    /// <summary>The host's own folder, then those that the user names.</summary>
    /// <param name="named">Folders from settings and command line, in order.</param>
    /// <exception cref="InputException">A named folder does not exist.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> named)
    {
        string[] missing = [.. named.Where(folder => !Directory.Exists(folder))];
        if (missing.Length > 0)
            throw new InputException(string.Join('\n', missing.Select(folder => $"plugin folder not found: {Path.GetFullPath(folder)}")));
        IEnumerable<string> own = Own(AppContext.BaseDirectory) is { } folder ? [folder] : [];
        return [.. own.Concat(named).Select(Path.GetFullPath).Distinct()];
    }

    /// <summary>
    /// The host's own folder: <c>plugins</c> beside it where it is published, <c>artifacts/plugins/&lt;configuration&gt;</c> above it where it is
    /// built; null when there is neither.
    /// </summary>
    public static string? Own(string baseDirectory)
    {
        string published = Path.Combine(baseDirectory, "plugins");
        if (Directory.Exists(published))
            return published;

        string configuration = typeof(PluginFolders).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration.ToLowerInvariant();
        for (DirectoryInfo? folder = new(baseDirectory); folder is not null; folder = folder.Parent)
        {
            string built = Path.Combine(folder.FullName, "artifacts", "plugins", configuration);
            if (Directory.Exists(built))
                return built;
        }

        return null;
    }
}
