namespace TorchSharp;

/// <summary>The dispose scopes of one thread, innermost last, and what became of its tensors.</summary>
public class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScopeManager? s_ofThread;

    /// <summary>Counts of the calling thread.</summary>
    public static ThreadDisposeScopeStatistics Statistics => OfThread.Counts;

    internal static DisposeScopeManager OfThread => s_ofThread ??= new DisposeScopeManager();

    internal ThreadDisposeScopeStatistics Counts { get; } = new();

    internal DisposeScope? Current { get; private set; }

    internal DisposeScope Open() => Current = new DisposeScope(this, Current);

    internal void Register(torch.Tensor tensor)
    {
        if (Current is null)
        {
            Counts.TensorStatistics.CreatedOutsideScopeCount++;
            return;
        }

        Counts.TensorStatistics.CreatedInScopeCount++;
        Current.Add(tensor);
    }

    /// <summary>Takes a scope off the thread's chain; scopes inside it that were left open go with it.</summary>
    internal void Close(DisposeScope scope)
    {
        for (DisposeScope? open = Current; open is not null; open = open.Outer)
        {
            if (open != scope)
                continue;
            Current = scope.Outer;
            return;
        }
    }
}
