using Diffusion.Experiments.Running;

namespace Diffusion.Host.Running;

/// <summary>Lines about cells that failed, diverged or do not apply: each reason a few times, so that one cause does not flood the screen.</summary>
internal sealed class TroubleLines
{
    private const int TimesShown = 3;
    private readonly Dictionary<string, int> _seen = [];

    /// <summary>The line for a cell; null where its reason has been shown often enough or the cell is well.</summary>
    public string? For(CellRecord record)
    {
        if (record.Status == CellStatus.Done)
            return null;

        string reason = record.Status == CellStatus.Diverged ? "diverged" : record.Error ?? "";
        string verb = record.Status switch { CellStatus.Failed => "failed: ", CellStatus.NotApplicable => "is n/a: ", _ => "" };
        int times = _seen[reason] = _seen.GetValueOrDefault(reason) + 1;
        string line = $"cell {record.Id} ({string.Join(' ', [.. record.Axes.Values, $"#{record.Repeat}"])}) {verb}{record.Error}";
        return times < TimesShown ? line
            : times == TimesShown ? $"{line} (further cells like this are not shown)"
            : null;
    }
}
