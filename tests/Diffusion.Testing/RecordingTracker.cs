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

    /// <summary>Opens a run, or continues the one with the same key in the same experiment.</summary>
    public ITrackedRun Begin(TrackedRunDescription description)
    {
        lock (_lock)
        {
            RecordedRun? known = _runs.Find(run => run.Description.Key == description.Key && run.Description.Experiment == description.Experiment);
            if (known is not null)
                return known;

            var run = new RecordedRun(description);
            _runs.Add(run);
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
