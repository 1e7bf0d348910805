using Diffusion.Experiments.Running;
using Spectre.Console;

namespace Diffusion.Host.Running;

/// <summary>Progress that is redrawn in place a few times a second, for terminals. What happens once is written above it and stays.</summary>
internal sealed class LiveView : RunView
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(200);

    private readonly IAnsiConsole _console;

    private LiveView(IAnsiConsole console, SweepProgress progress)
        : base(progress) => _console = console;

    /// <summary>Shows a run while it works.</summary>
    public static Task<RunOutcome> RunAsync(IAnsiConsole console, SweepProgress progress, Func<RunView, Task<RunOutcome>> run) =>
        console.Live(new Rows()).AutoClear(true).Overflow(VerticalOverflow.Crop).StartAsync(async display =>
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

    protected override void Write(string line) => _console.Write(new LineAbove(line));

    protected override void CellsWentOn()
    {
        if (Progress.Ended == Progress.Cells)
            Write($"{Progress.Cells} cells in {Duration.Text(Progress.Elapsed)}.");
    }

    private async Task RedrawAsync(LiveDisplayContext display, CancellationToken end)
    {
        using PeriodicTimer timer = new(RedrawInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(end).ConfigureAwait(false))
            {
                lock (Gate)
                    display.UpdateTarget(new Rows(ProgressFrame.Lines(Progress, _console.Profile.Width, _console.Profile.Height).Select(line => new Markup(line))));
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The run has ended.
        }
    }
}
