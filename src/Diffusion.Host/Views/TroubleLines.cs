using Diffusion.Experiments.Records;

namespace Diffusion.Host.Views;

/// <summary>Lines about cells that failed, diverged or do not apply: each reason a few times, so that one cause does not flood the screen.</summary>
internal sealed class TroubleLines
{
    private const int TimesShown = 3;
    private readonly Dictionary<string, int> _seen = [];

    /// <summary>The lines for a cell; none where its reason has been shown often enough or the cell is well.</summary>
    /// <param name="record">The cell's record.</param>
    /// <param name="folder">The run's folder, in which its log lies.</param>
    public IEnumerable<string> For(CellRecord record, RunFolder folder)
    {
        if (record.Status == CellStatus.Done)
            yield break;

        string error = Headline.FirstLine(record.Error);
        string reason = record.Status == CellStatus.Diverged ? "diverged" : error;
        int times = _seen[reason] = _seen.GetValueOrDefault(reason) + 1;
        if (times > TimesShown)
            yield break;
        string verb = record.Status switch { CellStatus.Failed => "failed: ", CellStatus.NotApplicable => "is n/a: ", _ => "" };
        yield return $"cell {record.Id} ({CellLabel.Format(record.Axes, record.Number)}) "
            + $"{verb}{error}{(times == TimesShown ? " (further cells like this are not shown)" : "")}";
        if (record.Log is { } log)
            yield return $"  log: {ShownPath.Relative(Path.Combine(folder.Path, log))}";
    }
}
