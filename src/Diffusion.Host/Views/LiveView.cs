using Diffusion.Experiments.Components;
using Diffusion.Experiments.Running;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Diffusion.Host.Views;

/// <summary>Progress that is redrawn in place a few times a second, for terminals. What happens once is written above it and stays.</summary>
internal sealed class LiveView : RunView
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(200);

    // A display of a single line is placed by "up 0 lines", which terminals take for 1.
    private const int FewestLines = 2;

    private readonly IAnsiConsole _console;

    private LiveView(IAnsiConsole console, SweepProgress progress)
        : base(progress) => _console = console;

    /// <summary>Shows a run while it works.</summary>
    public static Task<RunOutcome> RunAsync(IAnsiConsole console, SweepProgress progress, Func<RunView, Task<RunOutcome>> run) =>
        console.Live(Drawn([])).AutoClear(true).Overflow(VerticalOverflow.Crop).StartAsync(async display =>
        {
            LiveView view = new(console, progress);
            using CancellationTokenSource end = new();
            // A run blocks its thread until its last cell.
            Task redrawing = Task.Run(() => view.RedrawAsync(display, end.Token));
            try
            {
                return await run(view).ConfigureAwait(false);
            }
            finally
            {
                await end.CancelAsync().ConfigureAwait(false);
                await redrawing.ConfigureAwait(false);
            }
        });

    /// <inheritdoc/>
    public override void Warned(string line)
    {
        // Both streams on one terminal: what does not pass through the display would tear it.
        if (Console.IsErrorRedirected)
            base.Warned(line);
        else
            Said(line);
    }

    protected override void Write(string line) => _console.Write(new LineAbove(Terminal.Plain(line)));

    protected override void CellsWentOn()
    {
        if (Progress.Ended == Progress.Cells)
            Write($"{Counted.Text(Progress.Cells - Progress.EndedBefore, "cell")} ran in {Duration.Text(Progress.Elapsed)}.");
    }

    // An empty line sets it apart from what was written before.
    private static Rows Drawn(IReadOnlyList<string> lines) =>
        new(lines.Prepend("")
            .Concat(Enumerable.Repeat("", Math.Max(0, FewestLines - 1 - lines.Count)))
            .Select(line => line.Length == 0 ? (IRenderable)new Text(" ") : new Markup(line)));

    private async Task RedrawAsync(LiveDisplayContext display, CancellationToken end)
    {
        using PeriodicTimer timer = new(RedrawInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(end).ConfigureAwait(false))
            {
                lock (Gate)
                    display.UpdateTarget(Drawn(ProgressFrame.Lines(Progress, _console.Profile.Width, _console.Profile.Height)));
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The run has ended.
        }
    }
}
