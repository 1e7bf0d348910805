using System.CommandLine;

using Diffusion.Experiments.Planning;
using Diffusion.Host.Processes;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion schema</c>: the JSON schema of manifests, for editors.</summary>
internal static class SchemaCommand
{
    public static Command Create(CommonOptions options)
    {
        Command command = new("schema", "Prints the JSON schema of manifests with the installed components, for editors.");
        command.SetReadingAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(ManifestSchema.Write(HostSession.Open(parsed, options).Catalogue));
            return ExitCode.Ok;
        });
        return command;
    }
}
