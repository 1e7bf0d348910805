using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Launchers;

/// <summary>Options of <see cref="InProcessLauncher"/>.</summary>
public sealed record InProcessLauncherOptions : ComponentOptions
{
    /// <summary>Tasks that run at the same time.</summary>
    [Description("Tasks that run at the same time; 0 means one per processor core.")]
    [Range(0, 1024)]
    public int Workers { get; init; }
}

/// <summary>
/// Runs tasks in this process, a few at a time, each on a thread of its own: for debugging, and for sweeps that are over before a worker process has started.
/// </summary>
/// <remarks>
/// Results do not depend on the number of workers: noise is a function of its place, and the tensor library's own threads are set once for
/// the process. A component that crashes takes the run with it; running the same manifest again continues.
/// </remarks>
[Component(ComponentKind.Launcher, "in-process", "Runs cells in this process, one per thread: quick to start, but a crash ends the run")]
public sealed class InProcessLauncher(InProcessLauncherOptions options) : ILauncher
{
    /// <inheritdoc/>
    public LaunchOutcome Launch(ILaunchContext context, CancellationToken cancellationToken)
    {
        foreach (LaunchStage stage in context.Stages)
            Run(stage.Tasks, context, cancellationToken);
        return new();
    }

    private void Run(IReadOnlyList<string> tasks, ILaunchContext context, CancellationToken cancellationToken)
    {
        int workers = Math.Min(options.Workers == 0 ? Environment.ProcessorCount : options.Workers, tasks.Count);
        int next = -1;
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(1, workers).Select(number => new Thread(Work) { Name = $"worker {number}" })];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();

        cancellationToken.ThrowIfCancellationRequested();
        if (failure is not null)
            throw new LaunchException($"a worker stopped: {failure.Message}", failure);

        void Work()
        {
            try
            {
                for (int i = Interlocked.Increment(ref next); i < tasks.Count; i = Interlocked.Increment(ref next))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    context.Started(tasks[i]);
                    context.Execute(tasks[i], cancellationToken);
                    context.Ended(tasks[i], null);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Reported once for all workers, after they have joined.
            }
            catch (Exception e)
            {
                // A task's own failure never arrives here; this is a record that cannot be written, and no worker should go on.
                Interlocked.CompareExchange(ref failure, e, null);
                Volatile.Write(ref next, tasks.Count);
            }
        }
    }
}
