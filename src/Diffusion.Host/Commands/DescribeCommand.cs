using System.CommandLine;
using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Host.Processes;
using Diffusion.Host.Views;

namespace Diffusion.Host.Commands;

/// <summary>
/// <c>diffusion describe ddim</c>: what a component is, where it comes from and what its options mean; of a schedule or grid also its noise levels.
/// </summary>
internal static class DescribeCommand
{
    private const string Claims = "expect";

    public static Command Create(CommonOptions options)
    {
        Argument<string> name = new("component")
        {
            Description = "A component's name, or kind/name; or a section of manifests: experiment, training, keep, sweep, expect.",
        };
        Command command = new("describe", "Shows a component or a section of manifests with its options, their ranges and defaults.") { name };
        LevelOptions levels = new();
        levels.AddTo(command);
        command.SetReadingAction(parsed =>
        {
            HostSession session = HostSession.Open(parsed, options);
            string wanted = parsed.GetRequiredValue(name);
            TextWriter output = parsed.InvocationConfiguration.Output;
            foreach (ComponentProblem problem in session.Problems)
                parsed.InvocationConfiguration.Error.WriteLine(problem);
            if (ManifestSection.All.FirstOrDefault(section => section.Name == wanted) is { } section)
            {
                Describe(section, output);
                return ExitCode.Ok;
            }

            if (wanted == Claims)
            {
                DescribeClaims(output);
                return ExitCode.Ok;
            }

            IReadOnlyList<ComponentDescriptor> found = session.Find(wanted);
            IReadOnlyList<string[]>? rows = levels.Rows(parsed, session, found);
            foreach (ComponentDescriptor component in found)
                Describe(component, output);
            if (rows is not null)
                LevelsView.Write(output, rows);
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

        WriteOptions(output, Rows(shape));
    }

    private static void Describe(ManifestSection section, TextWriter output)
    {
        output.WriteLine($"{section.Name}: {section.Summary}");
        output.WriteLine();
        WriteOptions(output, [.. Rows(section.Settings), .. section.Slots.Select(Row)]);
    }

    private static void DescribeClaims(TextWriter output)
    {
        output.WriteLine($"{Claims}: What the manifest claims about its results: a list of claims, each with one of these as \"claim\". docs/claims.md says "
            + "how they are judged.");
        output.WriteLine();
        foreach (ClaimForm form in ClaimForm.All)
        {
            output.WriteLine($"{form.Name}: {form.Summary}");
            WriteOptions(output, Rows(form.Shape));
        }
    }

    private static void WriteOptions(TextWriter output, IEnumerable<string[]> rows)
    {
        Table.Write(output, ["option", "type", "default", "range", "meaning"], rows);
        output.WriteLine();
    }

    private static IEnumerable<string[]> Rows(OptionsShape shape)
    {
        object defaults = shape.CreateDefault();
        return shape.Properties.Select(p => (string[])[p.Name, p.IsFilePath ? "file" : p.Type.ToString(), Default(p, defaults), p.Range, p.Description]);
    }

    private static string[] Row(ComponentSlot slot) =>
        [
            slot.Key,
            slot.IsList ? $"list of {slot.Kind.Prose()}" : slot.Kind.Prose(),
            slot.IsRequired ? "required" : slot.IsList ? "[]" : "null",
            "",
            slot.Description,
        ];

    private static string Default(OptionProperty property, object defaults) =>
        property.IsRequired ? "required" : property.IsInherited ? "the experiment's" : property.Type.Format(property.Get(defaults));
}
