using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Launchers;

/// <summary>Options of <see cref="LocalLauncher"/>.</summary>
public sealed record LocalLauncherOptions : ComponentOptions
{
    /// <summary>Cells that run at the same time.</summary>
    [Description("Cells that run at the same time; 0 takes one a processor core.")]
    [Range(0, 1024)]
    public int Workers { get; init; }
}

/// <summary>Runs cells in this process, a few at a time, each on a thread of its own.</summary>
/// <remarks>
/// Results do not depend on the number of workers: noise is a function of its place, and the tensor library's own threads are set once for
/// the process.
/// </remarks>
[Component(ComponentKind.Launcher, "local", "Runs cells in this process, one a worker thread")]
public sealed class LocalLauncher(LocalLauncherOptions options) : ILauncher
{
    /// <inheritdoc/>
    public void Launch(LaunchRequest request, CancellationToken cancellationToken)
    {
        int workers = Math.Min(options.Workers == 0 ? Environment.ProcessorCount : options.Workers, Math.Max(1, request.Cells.Count));
        int next = -1;
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(1, workers).Select(number => new Thread(Work) { Name = $"cell worker {number}" })];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();

        cancellationToken.ThrowIfCancellationRequested();
        if (failure is not null)
            throw new InvalidOperationException($"a worker stopped: {failure.Message}", failure);

        void Work()
        {
            try
            {
                for (int i = Interlocked.Increment(ref next); i < request.Cells.Count; i = Interlocked.Increment(ref next))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    request.Execute(request.Cells[i], cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Reported once for all workers, after they have joined.
            }
            catch (Exception e)
            {
                // A cell's own failure never arrives here; this is a record that cannot be written, and no worker should go on.
                Interlocked.CompareExchange(ref failure, e, null);
                Volatile.Write(ref next, request.Cells.Count);
            }
        }
    }
}
