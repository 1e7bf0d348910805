namespace Diffusion.Testing;

/// <summary>A tracker that keeps in memory what it was told.</summary>
public sealed class RecordingTracker : ITracker
{
    private readonly Lock _lock = new();
    private readonly List<RecordedRun> _runs = [];

    /// <inheritdoc/>
    public string? HowToLook => null;

    /// <summary>How often <see cref="FlushAsync"/> was called.</summary>
    public int Flushes { get; private set; }

    /// <summary>Whether the tracker was disposed.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>The runs, in the order of their beginning.</summary>
    public IReadOnlyList<RecordedRun> Runs
    {
        get
        {
            lock (_lock)
                return [.. _runs];
        }
    }

    /// <summary>Opens a run, in place of the one with the same key in the same experiment.</summary>
    public ITrackedRun Begin(TrackedRunDescription description)
    {
        lock (_lock)
        {
            var run = new RecordedRun(description);
            int known = _runs.FindIndex(run => run.Description.Key == description.Key && run.Description.Experiment == description.Experiment);
            if (known < 0)
                _runs.Add(run);
            else
                _runs[known] = run;
            return run;
        }
    }

    /// <inheritdoc/>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        Flushes++;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
