using System.CommandLine;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;

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
            foreach (ComponentDescriptor component in Find(session, parsed.GetRequiredValue(name)))
                Describe(component, parsed.InvocationConfiguration.Output);
            return ExitCode.Ok;
        });
        return command;
    }

    private static ComponentDescriptor[] Find(HostSession session, string wanted)
    {
        ComponentCatalogue catalogue = session.Catalogue;
        ComponentDescriptor[] found = [.. catalogue.All.Where(c => c.Name == wanted || Id(c) == wanted)];
        return found.Length > 0 ? found : throw new InputException(string.Join('\n', [Unknown(catalogue, wanted), .. session.Problems]));
    }

    private static string Unknown(ComponentCatalogue catalogue, string wanted)
    {
        if (wanted.Split('/', 2) is not [string kindId, string name])
            return $"unknown component '{wanted}'{NameSuggestions.Hint(wanted, [.. catalogue.All.Select(c => c.Name).Distinct()])}";
        ComponentKind[] kinds = Enum.GetValues<ComponentKind>();
        int kind = Array.FindIndex(kinds, k => k.Id() == kindId);
        return kind < 0
            ? $"unknown kind '{kindId}'{NameSuggestions.Hint(kindId, [.. kinds.Select(k => k.Id())])}"
            : $"unknown {kinds[kind].Prose()} '{name}'{NameSuggestions.Hint(name, catalogue.Names(kinds[kind]))}";
    }

    private static string Id(ComponentDescriptor component) => $"{component.Kind.Id()}/{component.Name}";

    private static void Describe(ComponentDescriptor component, TextWriter output)
    {
        output.WriteLine($"{Id(component)}: {component.Summary}");
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
