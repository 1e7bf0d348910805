using System.Reflection;
using Diffusion.Experiments.Components;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Diffusion.Host.Plugins;

/// <summary>What plugins register in the container: the components that have the attribute, then what their <see cref="IPluginStartup"/> adds.</summary>
internal sealed class PluginServices
{
    private readonly List<ComponentProblem> _problems = [];

    /// <summary>Collects.</summary>
    /// <param name="plugins">The plugins, in order of preference.</param>
    /// <param name="configuration">The program's settings.</param>
    public PluginServices(IEnumerable<PluginAssembly> plugins, IConfiguration configuration)
    {
        foreach (PluginAssembly plugin in plugins)
            Collect(plugin, configuration);
    }

    /// <summary>Everything that was registered.</summary>
    public IServiceCollection Services { get; } = new ServiceCollection();

    /// <summary>What could not be registered, and why.</summary>
    public IReadOnlyList<ComponentProblem> Problems => _problems;

    /// <summary>The components among it, in order of preference.</summary>
    public IEnumerable<ComponentRegistration> Components => Services
        .Select(service => service.ServiceType == typeof(ComponentRegistration) ? service.ImplementationInstance : null)
        .OfType<ComponentRegistration>();

    /// <summary>Services that ask in their constructors for something that nothing provides.</summary>
    /// <param name="isService">Whether the container has something of a type.</param>
    public IEnumerable<ComponentProblem> Lacking(Func<Type, bool> isService) =>
        from service in Services
        let type = service.IsKeyedService ? null : service.ImplementationType
        where type is { IsGenericTypeDefinition: false }
        let constructors = type.GetConstructors()
        where constructors.Length > 0 && !constructors.Any(c => c.GetParameters().All(p => p.HasDefaultValue || isService(p.ParameterType)))
        let missing = constructors[0].GetParameters().First(p => !p.HasDefaultValue && !isService(p.ParameterType))
        select new ComponentProblem(type.Assembly.Location, $"the service {type.FullName} cannot be built: "
            + $"nothing is registered for its constructor's parameter '{missing.Name}' of type {missing.ParameterType}");

    private void Collect(PluginAssembly plugin, IConfiguration configuration)
    {
        (Assembly assembly, PluginVerdict verdict) = plugin;
        List<Type> startups = [];
        foreach (Type type in Types(assembly))
        {
            if (type.FullName is { } name && verdict.Types.TryGetValue(name, out TypeVerdict? bad))
                _problems.Add(new($"{bad.Title} ({assembly.GetName().Name} {Version(assembly)}, {assembly.Location})", $"{bad.Reason}; it is left out"));
            else if (Find(type) is { } registration)
                Services.AddComponent(registration);
            else if (type is { IsAbstract: false, IsVisible: true } && type.IsAssignableTo(typeof(IPluginStartup)))
                startups.Add(type);
        }

        foreach (Type startup in startups)
            Configure(startup, configuration);
    }

    private void Configure(Type startup, IConfiguration configuration)
    {
        // What throws in the middle must not leave half of what it brings.
        ServiceCollection own = [];
        using ComponentActivity activity = ComponentActivity.Begin(
            $"start-up/{startup.FullName}",
            $"{startup.Assembly.GetName().Name} {Version(startup.Assembly)} ({startup.Assembly.Location}): its start-up {startup.FullName}",
            isBrief: true);
        try
        {
            ((IPluginStartup)Activator.CreateInstance(startup)!).Configure(own, configuration);
        }
        catch (Exception e)
        {
            Exception thrown = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
            _problems.Add(new(
                startup.Assembly.Location, $"its start-up {startup.FullName} threw: {thrown.Message.Split('\n')[0].Trim()}; what it registers is left out"));
            return;
        }

        foreach (ServiceDescriptor service in own)
            Services.Add(service);
    }

    private IEnumerable<Type> Types(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes().OrderBy(type => type.FullName, StringComparer.Ordinal);
        }
        catch (ReflectionTypeLoadException e)
        {
            string reasons = string.Join("; ", e.LoaderExceptions.OfType<Exception>().Select(x => x.Message).Distinct());
            _problems.Add(new(assembly.Location, $"some of its types cannot be loaded: {reasons}"));
            return e.Types.OfType<Type>().OrderBy(type => type.FullName, StringComparer.Ordinal);
        }
    }

    private ComponentRegistration? Find(Type type)
    {
        try
        {
            return type.GetCustomAttribute<ComponentAttribute>(inherit: false) is { } attribute ? new(type, attribute) : null;
        }
        catch (Exception e)
        {
            // Attributes are a stranger's code and data.
            _problems.Add(new(type.Assembly.Location, $"{type.FullName} cannot be loaded: {e.GetBaseException().Message}"));
            return null;
        }
    }

    private static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? assembly.GetName().Version?.ToString() ?? "0";
}
