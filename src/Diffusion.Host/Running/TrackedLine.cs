using System.Globalization;

namespace Diffusion.Host.Running;

/// <summary>What a tracker has seen in its store, in a line.</summary>
internal static class TrackedLine
{
    /// <summary>"17 of 17 runs complete: …"; null where nothing is tracked.</summary>
    public static string? For(ITracker tracker) => tracker.HowToLook is { } howToLook ? $"{Count(tracker.Complete, tracker.Waiting)}: {howToLook}" : null;

    /// <summary>"17 of 17 runs complete".</summary>
    public static string Count(int complete, int waiting)
    {
        int all = complete + waiting;
        return string.Create(CultureInfo.InvariantCulture, $"{complete} of {all} run{(all == 1 ? "" : "s")} complete");
    }
}
