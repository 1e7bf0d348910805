using System.CommandLine;
using Diffusion.Experiments.Components;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion describe ddim</c>: what a component is, where it comes from and what its options mean.</summary>
internal static class DescribeCommand
{
    public static Command Create(CommonOptions options)
    {
        Argument<string> name = new("component") { Description = "A component's name, or kind/name." };
        Command command = new("describe", "Shows a component with its options, their ranges and defaults.") { name };
        command.SetAction(parsed =>
        {
            HostSession session = HostSession.Open(parsed, options);
            foreach (ComponentDescriptor component in session.Find(parsed.GetRequiredValue(name)))
                Describe(component, parsed.InvocationConfiguration.Output);
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Id(ComponentDescriptor component) => $"{component.Kind.Id()}/{component.Name}";

    private static void Describe(ComponentDescriptor component, TextWriter output)
    {
        output.WriteLine($"{Id(component)}: {component.Summary}");
        if (component.Aliases.Count > 0)
            output.WriteLine($"also known as: {string.Join(", ", component.Aliases)}");
        if (component.Reference.Length > 0)
            output.WriteLine($"reference: {component.Reference}");
        output.WriteLine($"assembly: {component.AssemblyName} {component.Version} ({component.AssemblyPath})");
        output.WriteLine();
        if (component.Options is not { Properties.Count: > 0 } shape)
        {
            output.WriteLine("No options.");
            output.WriteLine();
            return;
        }

        object defaults = shape.CreateDefault();
        Table.Write(
            output,
            ["option", "type", "default", "range", "meaning"],
            shape.Properties.Select(p => (string[])[p.Name, p.IsFilePath ? "file" : p.Type.ToString(), Default(p, defaults), p.Range, p.Description]));
        output.WriteLine();
    }

    private static string Default(OptionProperty property, object defaults) =>
        property.IsRequired ? "required" : property.Type.Format(property.Get(defaults));
}
