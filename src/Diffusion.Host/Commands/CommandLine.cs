using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Diagnostics;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Working;
using Diffusion.Host.Plugins;
using Diffusion.Host.Processes;
using Diffusion.Host.Settings;
using Diffusion.Host.Views;
using Diffusion.Natives;

namespace Diffusion.Host.Commands;

/// <summary>The <c>diffusion</c> command: what it takes and what it does when something goes wrong.</summary>
internal static class CommandLine
{
    private const string DebugVariable = "DIFFUSION_DEBUG";
    private const string Help = "help";

    /// <summary>Runs a command to its end.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        TorchNatives.RegisterFolder();
        // "diffusion help run" is what many programs take.
        ParseResult parsed = Create().Parse(args is [Help, ..] ? args[1..] : args);
        if (args is [Help, ..] && parsed.UnmatchedTokens.Count == 0)
            parsed = Create().Parse([.. args[1..], "--help"]);
        if (parsed.Action is not HelpWithExamples && (parsed.Errors.Count > 0 || Empty(parsed).Any()))
        {
            foreach (string message in Mistakes(parsed))
                await error.WriteLineAsync(Terminal.Plain(Secrets.Without(message))).ConfigureAwait(false);
            await error.WriteLineAsync("'diffusion --help' lists the commands.").ConfigureAwait(false);
            return ExitCode.BadInput;
        }

        try
        {
            InvocationConfiguration configuration =
                new() { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            (int code, string message) = e switch
            {
                OperationCanceledException when cancellationToken.IsCancellationRequested => (ExitCode.Cancelled, "Stopped."),
                TaskNotReadyException => (ExitCode.NotReady, e.Message),
                InputException or ComponentException or TorchUnavailableException or IOException or InvalidDataException or UnauthorizedAccessException =>
                    (ExitCode.BadInput, e.Message),
                _ when ProcessGuard.Culprit(new StackTrace(e)) is { } culprit =>
                    (ExitCode.BadInput, $"{culprit} threw {e.GetType().Name}: {ExceptionText.FirstLine(e)}\n"
                        + $"The environment variable {DebugVariable}=1 shows where."),
                _ => (ExitCode.Defect, $"{e.GetType().Name}: {ExceptionText.WithoutNativeFrames(e)}\nThis is a bug in diffusion; "
                    + $"the environment variable {DebugVariable}=1 shows where."),
            };
            bool debug = Environment.GetEnvironmentVariable(DebugVariable) == "1";
            await error.WriteLineAsync(Terminal.Plain(Secrets.Without(debug ? e.ToString() : message))).ConfigureAwait(false);
            return code;
        }
    }

    private static IEnumerable<string> Mistakes(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        Argument[] required = [.. command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0)];
        bool lacks = required.Any(argument => parsed.GetResult(argument) is null or { Tokens.Count: 0 });
        List<string> messages = lacks
            ? [$"{command.Name} needs {(required.Length == 1 ? $"a {required[0].Name}" : $"{required.Length} arguments")}: diffusion {Usage(command)}"]
            : [];
        messages.AddRange(Empty(parsed).Select(name => $"{name} is empty"));
        // The parser's words for a missing argument name no argument.
        messages.AddRange(parsed.Errors.Where(e => !lacks || !e.Message.StartsWith("Required argument missing", StringComparison.Ordinal))
            .Select(e => e.Message));
        string[] known = [.. command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name), .. command.Options.Select(o => o.Name)];
        messages.AddRange(parsed.UnmatchedTokens.Select(token => NameSuggestions.Nearest(token, known))
            .OfType<string>()
            .Select(name => $"Did you mean '{name}'?"));
        return messages.Distinct();
    }

    private static string Usage(Command command) => string.Join(' ', command.Arguments.Select(a => a.Name.ToUpperInvariant()).Prepend(Path(command)));

    private static string Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent && parent.Parents.Any() ? $"{Path(parent)} {command.Name}" : command.Name;

    // No value of this program is empty, and no path may be.
    private static IEnumerable<string> Empty(ParseResult parsed) => parsed.CommandResult.Children
        .Where(result => result.Tokens.Any(token => token.Type == TokenType.Argument && (token.Value.Length == 0 || token.Value.Contains('\0'))))
        .Select(result => result switch { OptionResult option => option.Option.Name, ArgumentResult argument => argument.Argument.Name, _ => "an argument" });

    /// <summary>The command with everything below it.</summary>
    internal static Command Create()
    {
        CommonOptions options = new();
        // A RootCommand would call itself by the DLL's name in its help.
        Command root = new("diffusion", "Composes diffusion experiments from plugins, sweeps them and tracks them.")
        {
            new HelpOption { Action = new HelpWithExamples() },
            new VersionOption(),
            options.Plugins,
            options.Verbose,
            RunCommand.Create(options),
            PlanCommand.Create(options),
            ReplayCommand.Create(options),
            DiffCommand.Create(options),
            CompareCommand.Create(options),
            CheckCommand.Create(options),
            ReportCommand.Create(options),
            RunsCommand.Create(options),
            RemoveCommand.Create(options),
            PackCommand.Create(options),
            PackCommand.CreateUnpack(options),
            PluginsCommand.Create(options),
            DescribeCommand.Create(options),
            CertifyCommand.Create(options),
            DoctorCommand.Create(options),
            SchemaCommand.Create(options),
            TrackCommand.Create(options),
            CompletionCommand.Create(),
            CompletionCommand.CreateAsked(Create),
            WorkerCommand.Create(options),
            ProbeCommand.Create(),
        };
        root.SetAction(parsed => new HelpWithExamples().Invoke(parsed));
        Completions.AddTo(root, options);
        return root;
    }
}
