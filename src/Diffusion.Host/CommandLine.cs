using System.CommandLine;
using System.CommandLine.Help;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Running;
using Diffusion.Host.Commands;
using Diffusion.Natives;

namespace Diffusion.Host;

/// <summary>The <c>diffusion</c> command: what it takes and what it does when something goes wrong.</summary>
internal static class CommandLine
{
    private const string DebugVariable = "DIFFUSION_DEBUG";

    /// <summary>Runs a command to its end.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        TorchNatives.RegisterFolder();
        ParseResult parsed = Create().Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            string[] known = [.. parsed.CommandResult.Command.Subcommands.Select(c => c.Name), .. parsed.CommandResult.Command.Options.Select(o => o.Name)];
            string[] meant = [.. parsed.UnmatchedTokens.Select(token => NameSuggestions.Nearest(token, known)).OfType<string>().Select(name => $"Did you mean '{name}'?")];
            foreach (string message in parsed.Errors.Select(e => e.Message).Distinct().Concat(meant))
                await error.WriteLineAsync(message).ConfigureAwait(false);
            await error.WriteLineAsync("'diffusion --help' shows what there is.").ConfigureAwait(false);
            return ExitCode.BadInput;
        }

        try
        {
            InvocationConfiguration configuration = new() { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            (int code, string message) = e switch
            {
                OperationCanceledException when cancellationToken.IsCancellationRequested => (ExitCode.Cancelled, "Stopped."),
                TaskNotReadyException => (ExitCode.NotReady, e.Message),
                InputException or TorchUnavailableException or IOException or InvalidDataException or UnauthorizedAccessException => (ExitCode.BadInput, e.Message),
                _ => (ExitCode.Defect, $"{e.GetType().Name}: {ExceptionText.WithoutNativeFrames(e)}\nThis is a defect of the program; {DebugVariable}=1 shows where."),
            };
            bool debug = Environment.GetEnvironmentVariable(DebugVariable) == "1";
            await error.WriteLineAsync(debug ? e.ToString() : message).ConfigureAwait(false);
            return code;
        }
    }

    private static Command Create()
    {
        CommonOptions options = new();
        // A RootCommand would call itself by the DLL's name in its help.
        Command root = new("diffusion", "Composes diffusion experiments from plugins, sweeps them and tracks them.")
        {
            new HelpOption(),
            new VersionOption(),
            options.Plugins,
            RunCommand.Create(options),
            PlanCommand.Create(options),
            ReplayCommand.Create(options),
            DiffCommand.Create(options),
            PluginsCommand.Create(options),
            DescribeCommand.Create(options),
            CertifyCommand.Create(options),
            DoctorCommand.Create(options),
            SchemaCommand.Create(options),
            TrackCommand.Create(options),
            WorkerCommand.Create(options),
        };
        root.SetAction(parsed => new HelpAction().Invoke(parsed));
        return root;
    }
}
