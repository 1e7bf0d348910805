using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Diffusion.Experiments.Components;
using Diffusion.Host.Processes;
using Diffusion.Host.Views;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion plugins</c>: every component, and what could not be loaded.</summary>
internal static class PluginsCommand
{
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(CommonOptions options)
    {
        Option<bool> json = new("--json") { Description = "As JSON, problems included." };
        Command command = new("plugins", "Lists the components of all plugins.") { json };
        command.SetReadingAction(parsed =>
        {
            HostSession session = HostSession.Open(parsed, options);
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                WriteJson(session, output);
            else
                WriteTable(session, output, parsed.InvocationConfiguration.Error);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void WriteTable(HostSession session, TextWriter output, TextWriter error)
    {
        Table.Write(
            output,
            ["kind", "name", "assembly", "version", "summary"],
            session.Catalogue.All.Select(c => (string[])[c.Kind.Id(), c.Name, c.AssemblyName, c.Version, c.Summary]));
        foreach (ComponentProblem problem in session.Problems)
            error.WriteLine(problem);
    }

    private static void WriteJson(HostSession session, TextWriter output) =>
        output.WriteLine(JsonSerializer.Serialize(
            new
            {
                session.Folders,
                Components = session.Catalogue.All
                    .Select(c => new { Kind = c.Kind.Id(), c.Name, c.Aliases, c.AssemblyName, c.Version, c.Summary, c.Reference, c.AssemblyPath }),
                session.Problems,
            },
            Json));
}
