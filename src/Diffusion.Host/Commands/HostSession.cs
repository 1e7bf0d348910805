using System.CommandLine;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Host.Plugins;
using Diffusion.Host.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Diffusion.Host.Commands;

/// <summary>What a command works with: settings and everything that can be named.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="Folders">The plugin folders, in order of preference.</param>
/// <param name="Catalogue">The components of all plugins.</param>
/// <param name="Problems">What could not be loaded or used, and why.</param>
/// <param name="Plugged">What plugins bring to the container.</param>
/// <param name="Configuration">The settings as the sources give them, for plugins.</param>
internal sealed record HostSession(
    HostSettings Settings, IReadOnlyList<string> Folders, ComponentCatalogue Catalogue, IReadOnlyList<ComponentProblem> Problems, IServiceCollection Plugged,
    IConfiguration Configuration)
{
    // A constructor with default options has no data to work on, and the user waits.
    private const double LongestTry = 15;

    /// <summary>Reads the settings and loads the plugins.</summary>
    /// <exception cref="InputException">A setting is not usable or a plugin folder is not there.</exception>
    public static HostSession Open(ParseResult parsed, CommonOptions options)
    {
        (HostSettings settings, IConfiguration configuration) = SettingsReader.Open(
            [AppContext.BaseDirectory, Environment.CurrentDirectory], options.Overrides(parsed));
        ProcessGuard.Patience = TimeSpan.FromSeconds(settings.ConstructorTimeout);
        IReadOnlyList<string> folders = PluginFolders.Find([.. settings.Plugins, .. parsed.GetValue(options.Plugins) ?? []]);
        ComponentProblem[] none = folders.Count > 0 ? [] : [new(AppContext.BaseDirectory, "no plugin folder was found; --plugins DIR names one")];
        PluginLoader loader = new(new PluginProbe(TimeSpan.FromSeconds(Math.Min(settings.ConstructorTimeout, LongestTry))).Judge);
        foreach (string folder in folders)
            loader.Load(folder);
        return WithPlugins(settings, folders, loader.Plugins, configuration, [.. none, .. loader.Problems]);
    }

    /// <summary>A session with these plugins.</summary>
    public static HostSession WithPlugins(
        HostSettings settings, IReadOnlyList<string> folders, IReadOnlyList<PluginAssembly> plugins, IConfiguration configuration,
        IReadOnlyList<ComponentProblem> problems)
    {
        PluginServices plugged = new(plugins, configuration);
        ComponentCatalogue found = ComponentCatalogue.FromRegistrations(plugged.Components);
        HostSession session = new(settings, folders, found, [], plugged.Services, configuration);
        using ServiceProvider services = session.BuildServices();
        IServiceProviderIsService known = services.GetRequiredService<IServiceProviderIsService>();
        ComponentCatalogue buildable = found.Buildable(known.IsService);
        return session with
        {
            Catalogue = buildable,
            Problems = [.. problems, .. plugged.Problems, .. buildable.Problems, .. plugged.Lacking(known.IsService)],
        };
    }

    /// <summary>What components are built with. A component is made in a scope, so that its services are disposed with it.</summary>
    public ServiceProvider BuildServices(Action<ILoggingBuilder>? logging = null)
    {
        ServiceCollection services = [];
        // The host's come last: they cannot be replaced, which would change what others are given.
        foreach (ServiceDescriptor service in Plugged)
            ((IServiceCollection)services).Add(service);
        services.AddHttpClient();
        return services.AddLogging(logging ?? (_ => { })).AddComponents(Catalogue).AddSingleton(TimeProvider.System).AddSingleton(Configuration)
            .BuildServiceProvider(validateScopes: true);
    }

    /// <summary>A scope for the whole of a command, with its own components and services.</summary>
    public SessionServices OpenServices(Action<ILoggingBuilder>? logging = null) => new(BuildServices(logging));

    /// <summary>Reads a manifest and plans it, or reads the frozen plan of a run's folder.</summary>
    /// <inheritdoc cref="ExperimentLoader.Load" path="/exception"/>
    public ExperimentPlan Load(string manifest, IReadOnlyList<string> sets)
    {
        if (Directory.Exists(manifest))
        {
            return sets.Count == 0
                ? PlanFile.Read(RunFolder.Open(manifest).PlanFile).Thaw(Catalogue)
                : throw new InputException(
                    $"'{manifest}' is the folder of a run, whose plan is frozen: --set cannot change it. Its manifest.json can be run with --set.");
        }

        using SessionServices services = OpenServices();
        return ExperimentLoader.Load(manifest, sets, Catalogue, services.Factory);
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
