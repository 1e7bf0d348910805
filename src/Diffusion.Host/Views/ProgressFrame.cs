using System.Globalization;
using Spectre.Console;

namespace Diffusion.Host.Views;

/// <summary>What a terminal shows of a run at one moment: bars, what is at work, how the solvers stand. As many lines as fit.</summary>
internal static class ProgressFrame
{
    private const int LongestName = 30;
    private const int LongestBar = 40;
    private const int ShortestBar = 8;

    // Lines that stay free, so that what was written before can be seen.
    private const int LinesFree = 4;

    // From here on it is worth knowing for how long a cell has been at work.
    private static readonly TimeSpan LongWork = TimeSpan.FromSeconds(2);

    /// <summary>The lines as markup, each within the width.</summary>
    /// <param name="progress">Where the run stands.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="height">Lines of the terminal.</param>
    public static IReadOnlyList<string> Lines(SweepProgress progress, int width, int height)
    {
        if (progress.Cells == 0)
            return [];
        // Terminals differ in what they do after their last column.
        int columns = Math.Max(20, width - 1);
        int lines = Math.Max(1, height - LinesFree);
        List<string> frame = [];
        frame.AddRange(Bars(progress, columns, Math.Max(1, lines / 2)));
        if (progress.AtWork > 0 && frame.Count < lines)
            frame.Add(AtWork(progress, columns));
        if (lines - frame.Count >= 3)
            frame.AddRange(Best(progress, columns, lines - frame.Count));
        return frame;
    }

    private static IEnumerable<string> Bars(SweepProgress progress, int columns, int lines)
    {
        List<(string Name, double Fraction, string Text)> bars = [];
        TrainingStanding[] trainings = [.. progress.TrainingsAtWork];
        string trainingLeft = After(", ", Duration.Left(progress.TrainingLeft));
        if (progress.Trainings > 1 && progress.TrainingsEnded < progress.Trainings && lines > 1)
            bars.Add(("Models", (double)progress.TrainingsEnded
                / progress.Trainings, Invariant($"{progress.TrainingsEnded} of {progress.Trainings} trained{trainingLeft}")));
        int room = Math.Max(0, lines - bars.Count - 1);
        int shown = trainings.Length <= room ? trainings.Length : Math.Max(0, room - 1);
        foreach (TrainingStanding training in trainings.Take(shown))
        {
            string loss = training.Loss is { } value ? Invariant($", loss {value:g4}") : "";
            bars.Add((training.Name, (double)training.Step
                / training.Steps, Invariant($"{training.Step} of {training.Steps} steps{loss}{(progress.Trainings == 1 ? trainingLeft : "")}")));
        }

        string left = progress.TrainingsEnded < progress.Trainings ? "" : After(", ", Duration.Left(progress.Left));
        bars.Add(("Cells", (double)progress.Ended
            / progress.Cells, Invariant($"{progress.Ended} of {progress.Cells}{After(", ", RunView.Troubles(progress))}{left}")));

        int name = Math.Min(LongestName, bars.Max(bar => bar.Name.Length));
        int length = Math.Clamp(columns - name - 2 - bars.Max(bar => bar.Text.Length), ShortestBar, LongestBar);
        foreach ((string label, double fraction, string text) in bars)
        {
            int full = (int)Math.Round(fraction * length);
            yield return $"{Cut(label.PadRight(name), name)} [green]{new string('━', full)}[/][grey]{new string('━', length - full)}[/] "
                + $"{Cut(text, columns - name - 2 - length)}";
        }

        if (trainings.Length > shown && room > 0)
            yield return $"[grey]{Cut($"and {trainings.Length - shown} more models at work", columns)}[/]";
    }

    private static string AtWork(SweepProgress progress, int columns)
    {
        string text = "At work: ";
        int named = 0;
        foreach ((string label, TimeSpan elapsed) in progress.CellsAtWork(progress.AtWork))
        {
            string cell =
                $"{(named > 0 ? ", " : "")}{label}{(elapsed >= LongWork ? $" ({Duration.Text(TimeSpan.FromSeconds(Math.Floor(elapsed.TotalSeconds)))})" : "")}";
            string more = named + 1 < progress.AtWork ? $" and {progress.AtWork - named - 1} more" : "";
            int room = columns - text.Length - more.Length;
            if (named > 0 && cell.Length > room)
                break;
            text += cell.Length <= room ? cell : $"{cell[..Math.Max(0, room - 1)]}…";
            named++;
        }

        return Cut(named < progress.AtWork ? $"{text} and {progress.AtWork - named} more" : text, columns);
    }

    private static IEnumerable<string> Best(SweepProgress progress, int columns, int lines)
    {
        if (progress.Metric is null)
            yield break;
        IReadOnlyList<SolverStanding> all = progress.Standings();
        int shown = all.Count <= lines - 1 ? all.Count : Math.Max(0, lines - 2);
        yield return $"[grey]{Cut($"Best so far, {progress.Metric} @NFE", columns)}[/]";
        string[][] rows = [.. all.Take(shown).Select(standing => (string[])[
            standing.Solver.Length <= LongestName ? standing.Solver : $"{standing.Solver[..(LongestName - 1)]}…",
            standing.Best is { } best
                ? Invariant($"{best.Mean:g4} @{best.Evaluations:0.#}{(best.Done < best.Repeats ? $" ({best.Done} of {best.Repeats})" : "")}")
                : "",
            Invariant($"{standing.Ended} of {standing.Cells} cells"),
            standing.Best?.Setting ?? ""])];
        int[] widths = [.. Enumerable.Range(0, 3).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            yield return Cut($"  {row[0].PadRight(widths[0])}  {row[1].PadRight(widths[1])}  {row[2].PadRight(widths[2])}  {row[3]}".TrimEnd(), columns);
        if (shown < all.Count)
            yield return $"[grey]  and {all.Count - shown} more[/]";
    }

    private static string Cut(string text, int length) => Markup.Escape(text.Length <= length ? text : $"{text[..Math.Max(0, length - 1)]}…");

    private static string After(string separator, string text) => text.Length == 0 ? "" : separator + text;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
