using System.CommandLine;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Running;
using Diffusion.Host.Commands;
using Diffusion.Host.Plugins;
using Diffusion.Host.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Diffusion.Host;

/// <summary>What a command works with: settings and everything that can be named.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="Folders">The plugin folders, in order of preference.</param>
/// <param name="Catalogue">The components of all plugins.</param>
/// <param name="Problems">What could not be loaded or used, and why.</param>
internal sealed record HostSession(HostSettings Settings, IReadOnlyList<string> Folders, ComponentCatalogue Catalogue, IReadOnlyList<ComponentProblem> Problems)
{
    /// <summary>Reads the settings and loads the plugins.</summary>
    /// <exception cref="InputException">A setting is not usable or a plugin folder is not there.</exception>
    public static HostSession Open(ParseResult parsed, CommonOptions options)
    {
        HostSettings settings = SettingsReader.Read([AppContext.BaseDirectory, Environment.CurrentDirectory], options.Overrides(parsed));
        IReadOnlyList<string> folders = PluginFolders.Find([.. settings.Plugins, .. parsed.GetValue(options.Plugins) ?? []]);
        ComponentProblem[] none = folders.Count > 0 ? [] : [new(AppContext.BaseDirectory, "no plugin folder is near; --plugins DIR names one")];
        PluginLoader loader = new();
        foreach (string folder in folders)
            loader.Load(folder);
        ComponentCatalogue catalogue = ComponentCatalogue.FromAssemblies(loader.Assemblies);
        return new(settings, folders, catalogue, [.. none, .. loader.Problems, .. catalogue.Problems]);
    }

    /// <summary>What components are built with.</summary>
    public ServiceProvider BuildServices(Action<ILoggingBuilder>? logging = null) =>
        new ServiceCollection().AddLogging(logging ?? (_ => { })).AddComponents(Catalogue).AddSingleton(TimeProvider.System).BuildServiceProvider();

    /// <summary>Reads a manifest and plans it, or reads the frozen plan of a run's folder.</summary>
    /// <inheritdoc cref="ExperimentLoader.Load" path="/exception"/>
    public ExperimentPlan Load(string manifest, IReadOnlyList<string> sets)
    {
        if (Directory.Exists(manifest))
        {
            return sets.Count == 0
                ? PlanFile.Read(RunFolder.Open(manifest).PlanFile).Thaw(Catalogue)
                : throw new InputException($"'{manifest}' is the folder of a run, whose plan is frozen: --set cannot change it. Its manifest.json can be run with --set.");
        }

        using ServiceProvider services = BuildServices();
        return ExperimentLoader.Load(manifest, sets, Catalogue, services.GetRequiredService<ComponentFactory>());
    }

    /// <summary>The components of a name, an alias, or either after its kind ("solver/ddim").</summary>
    /// <exception cref="InputException">There is none.</exception>
    public IReadOnlyList<ComponentDescriptor> Find(string wanted)
    {
        ComponentDescriptor[] found = [.. Catalogue.All.Where(c => c.Aliases.Prepend(c.Name).Any(name => name == wanted || $"{c.Kind.Id()}/{name}" == wanted))];
        return found.Length > 0 ? found : throw new InputException(string.Join('\n', [Unknown(wanted), .. Problems]));
    }

    private string Unknown(string wanted)
    {
        if (wanted.Split('/', 2) is not [string kindId, string name])
            return $"unknown component '{wanted}'{NameSuggestions.Hint(wanted, [.. Catalogue.All.Select(c => c.Name).Distinct()])}";
        ComponentKind[] kinds = Enum.GetValues<ComponentKind>();
        int kind = Array.FindIndex(kinds, k => k.Id() == kindId);
        return kind < 0
            ? $"unknown kind '{kindId}'{NameSuggestions.Hint(kindId, [.. kinds.Select(k => k.Id())])}"
            : $"unknown {kinds[kind].Prose()} '{name}'{NameSuggestions.Hint(name, Catalogue.Names(kinds[kind]))}";
    }
}
