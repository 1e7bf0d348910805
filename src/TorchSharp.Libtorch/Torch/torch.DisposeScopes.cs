namespace TorchSharp;

public static partial class torch
{
    /// <summary>The calling thread's innermost dispose scope, or null.</summary>
    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.OfThread.Current;

    /// <summary>Opens a scope that disposes, at its end, every tensor created in it on this thread and not moved out.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.OfThread.Open();

    /// <summary>Evaluates <paramref name="expr"/> in a scope of its own, which only its result leaves.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using DisposeScope scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}
