using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Host.Plugins;
using Diffusion.Host.Processes;
using Microsoft.Extensions.DependencyInjection;
using TorchSharp;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion probe DLL</c>: makes one of everything in a plugin, for <see cref="PluginProbe"/> to see whether the process survives it.</summary>
internal static class ProbeCommand
{
    public static Command Create()
    {
        Argument<string> dll = new("dll") { Description = "The plugin." };
        Option<string[]> without = new(PluginProbe.Without) { Description = "A class that is passed over; may be given more than once.", HelpName = "CLASS" };
        Command command = new(PluginProbe.CommandName, "Tries a plugin's constructors. The host starts it for plugins that are not its own.") { dll, without };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            // What constructors print must not come between the messages.
            TextWriter output = Console.Out;
            Console.SetOut(Console.Error);
            new Thread(EndWithParent) { IsBackground = true }.Start();
            Probe(Path.GetFullPath(parsed.GetRequiredValue(dll)), parsed.GetValue(without) ?? [], message =>
            {
                output.WriteLine(message.ToLine());
                output.Flush();
            });
            return ExitCode.Ok;
        });
        return command;
    }

    // A constructor that never returns must not outlive who wanted to know.
    private static void EndWithParent()
    {
        using Stream input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }

        Process.GetCurrentProcess().Kill();
    }

    private static void Probe(string dll, string[] without, Action<ProbeMessage> say)
    {
        PluginLoader loader = new(_ => new() { Types = without.ToDictionary(type => type, type => new TypeVerdict(type, "")) });
        loader.LoadFile(dll);
        foreach (PluginAssembly plugin in loader.Plugins)
        {
            // The start-up first: components may need what it registers.
            foreach (Type startup in Types(plugin.Assembly).Where(type => type.IsAssignableTo(typeof(IPluginStartup)) && !without.Contains(type.FullName)))
                say(new(startup.FullName!, $"{PluginProbe.StartUp} {startup.FullName}"));
            HostSession session = HostSession.WithPlugins(new(), [], loader.Plugins, new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build(), []);
            using ServiceProvider services = session.BuildServices();
            foreach (ComponentDescriptor component in session.Catalogue.All)
            {
                say(new(component.ImplementationType.FullName!, component.Title));
                Make(component, session.Catalogue, services);
            }
        }

        say(new("", "", IsEnd: true));
    }

    private static IEnumerable<Type> Types(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            // A dependency that is missing is told where the plugin is used, and costs the classes that need it.
            return e.Types.OfType<Type>();
        }
    }

    // What it throws is told where it is used: with other options, or another environment, it may not.
    private static void Make(ComponentDescriptor component, ComponentCatalogue catalogue, ServiceProvider services)
    {
        try
        {
            using ComponentScope scope = new(services.CreateAsyncScope());
            ComponentChoice choice = catalogue.Bind(component.Kind, component.Name, new Dictionary<string, string?>(), "defaults");
            scope.Factory.Create(choice, Extras(component));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
        }
    }

    private static object[] Extras(ComponentDescriptor component)
    {
        DataDescription description = new() { Name = "probe", Shape = [2] };
        if (!component.Constructor.Any(parameter => parameter.ParameterType == typeof(DataSet)))
            return [description];
        torch.Tensor rows = torch.tensor(new double[] { -1, -1, -1, 1, 1, -1, 1, 1 }).reshape(4, 2);
        return [description, new DataSet(description, rows, rows)];
    }
}
