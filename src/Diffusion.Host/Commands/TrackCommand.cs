using System.CommandLine;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Host.Logging;
using Diffusion.Host.Processes;
using Diffusion.Host.Running;
using Diffusion.Host.Settings;
using Microsoft.Extensions.Logging;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion track</c>: compares the tracking store with the records of runs, brings it up to date, or writes it as files.</summary>
internal static class TrackCommand
{
    public static Command Create(CommonOptions options) => new(
        "track", "Compares the tracking store with the records, brings it up to date, or writes it as files.")
    {
        Create(
            options, "sync", "Sends what the tracking store lacks of what the records say, and looks that it is there. Doing so again changes nothing.", false),
        Create(options, "status", "Says what the tracking store lacks of what the records say, and sends nothing.", true),
        CreateExport(options),
    };

    private static Command Create(CommonOptions options, string name, string description, bool readOnly)
    {
        Argument<string[]> runs = Runs();
        Command command = new(name, description) { runs, options.Results, options.Tracking };
        command.SetAction((parsed, cancellationToken) => TellAsync(
            HostSession.Open(parsed, options), parsed.GetValue(runs) ?? [], readOnly, null, parsed.GetValue(options.Verbose),
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellationToken));
        return command;
    }

    private static Command CreateExport(CommonOptions options)
    {
        Argument<string[]> runs = Runs();
        Option<string> folder = new("--to") { Description = "The folder to write: a new or an empty one.", HelpName = "FOLDER", Required = true };
        Command command = new("export", "Writes what a tracking store would have of runs as files, to be carried elsewhere and read there without a server.")
        {
            runs, folder, options.Results,
        };
        command.SetAction((parsed, cancellationToken) => TellAsync(
            HostSession.Open(parsed, options), parsed.GetValue(runs) ?? [], false, Target(parsed.GetRequiredValue(folder)), parsed.GetValue(options.Verbose),
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellationToken));
        return command;
    }

    private static Argument<string[]> Runs() => new("run")
    {
        Description = $"{RunNames.Help} Without any, all runs of the results folder.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static string Target(string stated)
    {
        string problem = stated.Length == 0 ? "expected the name of a folder"
            : File.Exists(stated) ? "is a file"
            : Directory.Exists(stated) && Directory.EnumerateFileSystemEntries(stated).Any() ? "the folder is not empty; name a new or an empty one"
            : "";
        return problem.Length == 0 ? Path.GetFullPath(stated) : throw new InputException($"--to '{stated}': {problem}");
    }

    private static async Task<int> TellAsync(
        HostSession session, string[] names, bool readOnly, string? exportTo, bool isVerbose, TextWriter output, TextWriter error,
        CancellationToken cancellationToken)
    {
        HostSettings settings = session.Settings;
        string results = Path.GetFullPath(settings.ResultsFolder);
        if (names.Length == 0 && !Directory.Exists(results))
            throw new InputException($"results folder '{settings.ResultsFolder}' does not exist; --results DIR names another");
        RunFolder[] runs = names.Length == 0
            ? [.. RunFolder.Runs(results)]
            : [.. names.Select(name => RunNames.Find(name, results)).DistinctBy(run => run.Path)];
        (ComponentChoice tracking, _) = ChosenComponents.Tracker(session.Catalogue, settings, readOnly, exportTo);
        using ProcessLog log = new(session.Configuration, isVerbose, error.WriteLine);
        await using SessionServices services = session.OpenServices(logging => logging.ClearProviders().AddProvider(log.Provider));
        ITracker tracker = services.Factory.Create<ITracker>(tracking);
        List<RunLock> held = [];
        int untold = 0;
        try
        {
            foreach (RunFolder run in runs)
                untold += Tell(run) ? 0 : 1;
            await tracker.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (TrackedLine.For(tracker) is { } line)
                output.WriteLine(line);
            return tracker.Waiting == 0 && untold == 0 ? ExitCode.Ok : ExitCode.Unsent;
        }
        finally
        {
            await tracker.DisposeAsync().ConfigureAwait(false);
            foreach (RunLock one in held)
                one.Dispose();
        }

        bool Tell(RunFolder run)
        {
            try
            {
                if (!readOnly)
                    Hold(run);
                TrackedRecords.Tell(tracker, run, settings.Tracking.Cells);
                return true;
            }
            catch (RunBusyException)
            {
                // What it has recorded so far changes while it is compared.
                output.WriteLine($"{run.Label} is at work, and tracked by the process that runs it.");
                return true;
            }
            catch (Exception e) when (e is InvalidDataException or InputException or IOException or UnauthorizedAccessException)
            {
                error.WriteLine(e.Message);
                return false;
            }
        }

        void Hold(RunFolder run)
        {
            try
            {
                held.Add(RunLock.Take(run, TimeProvider.System.GetUtcNow()));
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException)
            {
                // Nobody works in a folder that cannot be written.
            }
        }
    }
}
