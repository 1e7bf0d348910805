using Diffusion.Experiments.Components;
using Diffusion.Experiments.Running;

namespace Diffusion.Host.Views;

/// <summary>What there is to do and why, in a few lines.</summary>
internal static class WorkSummary
{
    private const int ReasonsShown = 5;

    /// <summary>A line for each kind of work with its reasons; none where everything is simply new.</summary>
    public static IEnumerable<string> Lines(WorkPlan work)
    {
        foreach ((string reason, int cells) in work.MetricObjections)
            yield return $"{Counted.Text(cells, "cell")} {(cells == 1 ? "goes" : "go")} without a metric: {reason}.";
        bool isAllNew = work.Decisions.All(decision => decision.Action is CellAction.NotApplicable or CellAction.NotNeeded
            || decision is { Action: CellAction.Run, Reason: "new" or "--fresh" });
        if (isAllNew)
            yield break;
        foreach (IGrouping<CellAction, CellDecision> action in work.Decisions.Where(d => d.Action is not CellAction.NotApplicable)
            .GroupBy(d => d.Action)
            .OrderBy(group => group.Key))
        {
            (string Reason, int Count)[] reasons = [.. action.CountBy(decision => Headline.FirstLine(decision.Reason))
                .OrderByDescending(reason => reason.Value)
                .Select(reason => (reason.Key, reason.Value))];
            string shown = string.Join(
                "; ", reasons.Take(ReasonsShown).Select(reason => reasons.Length == 1 ? reason.Reason : $"{reason.Count}: {reason.Reason}"));
            string more = reasons.Length > ReasonsShown ? $"; and {reasons.Length - ReasonsShown} other reasons" : "";
            yield return $"{Counted.Text(action.Count(), "cell")} {Verb(action.Key, action.Count())}: {shown}{more}.";
        }
    }

    private static string Verb(CellAction action, int count) => action switch
    {
        CellAction.Run => count == 1 ? "runs" : "run",
        CellAction.Keep => count == 1 ? "is kept" : "are kept",
        CellAction.TakeOver => count == 1 ? "is taken over" : "are taken over",
        CellAction.Measure => count == 1 ? "is measured" : "are measured",
        CellAction.LeaveOut => count == 1 ? "is left out" : "are left out",
        CellAction.NotNeeded => count == 1 ? "is not needed yet" : "are not needed yet",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "No work."),
    };
}
