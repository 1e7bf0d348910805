namespace TorchSharp;

/// <summary>How many disposables of a kind one thread created, moved between scopes and disposed.</summary>
public class LifetimeStatistics
{
    public long CreatedOutsideScopeCount { get; internal set; }

    public long CreatedInScopeCount { get; internal set; }

    /// <summary>Disposed while belonging to no scope.</summary>
    public long DisposedOutsideScopeCount { get; internal set; }

    /// <summary>Disposed by a scope, or by hand while belonging to one.</summary>
    public long DisposedInScopeCount { get; internal set; }

    /// <summary>Taken out of every scope, to be disposed by hand.</summary>
    public long DetachedFromScopeCount { get; internal set; }

    /// <summary>Put into a scope after having belonged to none.</summary>
    public long AttachedToScopeCount { get; internal set; }

    /// <summary>Created and not yet disposed on this thread.</summary>
    public long ThreadTotalLiveCount =>
        CreatedOutsideScopeCount + CreatedInScopeCount - DisposedOutsideScopeCount - DisposedInScopeCount;

    public void Reset()
    {
        CreatedOutsideScopeCount = 0;
        CreatedInScopeCount = 0;
        DisposedOutsideScopeCount = 0;
        DisposedInScopeCount = 0;
        DetachedFromScopeCount = 0;
        AttachedToScopeCount = 0;
    }

    public override string ToString() =>
        $"ThreadTotalLiveCount: {ThreadTotalLiveCount}; CreatedOutsideScopeCount: {CreatedOutsideScopeCount}; "
        + $"DisposedOutsideScopeCount: {DisposedOutsideScopeCount}; CreatedInScopeCount: {CreatedInScopeCount}; "
        + $"DisposedInScopeCount: {DisposedInScopeCount}; AttachedToScopeCount: {AttachedToScopeCount}; "
        + $"DetachedFromScopeCount: {DetachedFromScopeCount}";
}
