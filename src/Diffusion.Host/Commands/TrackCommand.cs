using System.CommandLine;
using Diffusion.Experiments.Manifests;
using Diffusion.Host.Logging;
using Diffusion.Host.Processes;
using Diffusion.Host.Settings;
using Microsoft.Extensions.Logging;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion track</c>: what has to do with the tracking store alone.</summary>
internal static class TrackCommand
{
    public static Command Create(CommonOptions options)
    {
        Command sync =
            new("sync", "Sends to the tracking store what it had not taken when a run ended. Sending it again changes nothing.")
            {
                options.Results, options.Tracking,
            };
        sync.SetAction((parsed, cancellationToken) => SyncAsync(
            HostSession.Open(parsed, options), parsed.GetValue(options.Verbose), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error,
            cancellationToken));
        return new Command("track", "Works on the tracking store.") { sync };
    }

    private static async Task<int> SyncAsync(HostSession session, bool isVerbose, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        HostSettings settings = session.Settings;
        if (!Directory.Exists(settings.ResultsFolder))
            throw new InputException($"results folder '{settings.ResultsFolder}' does not exist; --results DIR names another");
        using ProcessLog log = new(session.Configuration, isVerbose, error.WriteLine);
        await using SessionServices services = session.OpenServices(logging => logging.ClearProviders().AddProvider(log.Provider));
        int before, left;
        string? howToLook;
        ITracker tracker = services.Factory.Create<ITracker>(ChosenComponents.Tracker(session.Catalogue, settings).Choice);
        await using (tracker.ConfigureAwait(false))
        {
            before = tracker.Waiting;
            await tracker.FlushAsync(cancellationToken).ConfigureAwait(false);
            (left, howToLook) = (tracker.Waiting, tracker.HowToLook);
        }

        output.WriteLine($"{before - left} of {before} runs sent.");
        if (left == 0 && before > 0)
            output.WriteLine($"Tracked  {howToLook}");
        // Journals for another store, or of a run that is still at work.
        int others = Directory.Exists(settings.OutboxFolder) ? Directory.GetFiles(settings.OutboxFolder, "*.jsonl").Length : 0;
        if (left == 0 && others > 0)
            output.WriteLine($"{others} more in {settings.OutboxFolder} are for other stores (name one with --tracking) or of runs still at work.");
        return left == 0 ? ExitCode.Ok : ExitCode.Unsent;
    }
}
