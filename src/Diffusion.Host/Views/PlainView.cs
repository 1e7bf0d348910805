using System.Globalization;
using Diffusion.Experiments.Components;

namespace Diffusion.Host.Views;

/// <summary>
/// Progress as plain lines for logs and pipes: about ten for the trainings and ten for the cells, and one after every half a minute in which none was due.
/// </summary>
internal sealed class PlainView : RunView, IDisposable
{
    private const int Points = 10;
    private const int Named = 4;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly TextWriter _output;
    private readonly ITimer _timer;

    public PlainView(TextWriter output, SweepProgress progress, TimeProvider clock)
        : base(progress)
    {
        _output = output;
        _timer = clock.CreateTimer(_ => BreakSilence(), null, Silence, Silence);
    }

    public void Dispose() => _timer.Dispose();

    protected override void Write(string line) => _output.WriteLine(Terminal.Plain(line));

    protected override void Launched()
    {
        int before = Progress.EndedBefore - Progress.NotApplicable;
        string done = before == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {before} of them done before");
        string inapplicable = Progress.NotApplicable == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{(done.Length == 0 ? ", " : " and ")}{Progress.NotApplicable} n/a");
        WriteProgress($"Sweeping {Counted.Text(Progress.Cells, "cell")}{done}{inapplicable}.");
    }

    protected override void TrainingWentOn(TrainingStanding? before, TrainingStanding now)
    {
        if (!NamesModels)
            return;
        if (before is null)
            WriteProgress($"Training {now.Name}, {now.Steps} steps.");
        else if (Point(now.Step, now.Steps) != Point(before.Step, before.Steps))
            WriteProgress($"  step {now.Step}  loss {now.Loss:g4}");
    }

    protected override void ModelsWentOn()
    {
        if (!NamesModels && Point(Progress.TrainingsEnded, Progress.Trainings) != Point(Progress.TrainingsEnded - 1, Progress.Trainings))
            WriteModels("");
    }

    protected override void CellsWentOn()
    {
        if (Progress.Ended == Progress.Cells || Point(Progress.Ended, Progress.Cells) != Point(Progress.Ended - 1, Progress.Cells))
            WriteCells("");
    }

    private static int Point(int done, int all) => (int)((long)done * Points / all);

    private void BreakSilence()
    {
        lock (Gate)
        {
            if (Progress.TrainingsAtWork.Any())
                WriteModels(AtWork(
                    Progress.TrainingsAtWork.Take(Named).Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Name} at step {t.Step}")),
                    Progress.TrainingsAtWork.Count()));
            else if (Progress.AtWork > 0)
                WriteCells(AtWork(Progress.CellsAtWork(Named).Select(cell => $"{cell.Label} for {Duration.Text(cell.Elapsed)}"), Progress.AtWork));
        }
    }

    private static string AtWork(IEnumerable<string> named, int all) => $"; at work: {string.Join(", ", named)}{More(all)}";

    private static string More(int all) => all > Named ? $" and {all - Named} more" : "";

    private void WriteModels(string atWork) =>
        WriteProgress($"  {Progress.TrainingsEnded} of {Progress.Trainings} models are trained{After(", ", Duration.Left(Progress.TrainingLeft))}{atWork}");

    private void WriteCells(string atWork)
    {
        string time = Progress.Ended == Progress.Cells ? $" in {Duration.Text(Progress.Elapsed)}" : After(", ", Duration.Left(Progress.Left));
        WriteProgress($"  {Progress.Ended} of {Progress.Cells} cells{time}{After("; ", Troubles(Progress))}{atWork}");
    }

    private void WriteProgress(FormattableString line)
    {
        Write(line.ToString(CultureInfo.InvariantCulture));
        _timer.Change(Silence, Silence);
    }

    private static string After(string separator, string text) => text.Length == 0 ? "" : separator + text;
}
