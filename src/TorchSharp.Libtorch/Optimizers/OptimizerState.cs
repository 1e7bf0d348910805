using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What an optimiser remembers of one parameter.</summary>
public abstract class OptimizerState
{
    protected readonly Parameter _parameter;

    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    /// <summary>Starts afresh.</summary>
    public abstract void Initialize(OptimizerOptions options);

    /// <summary>Takes over copies of the other's values.</summary>
    public abstract void LoadStateDict(OptimizerState source);

    public virtual bool ApproximatelyEquals(OptimizerState other) => ReferenceEquals(this, other);

    /// <summary>Moves the state where its parameter went.</summary>
    public virtual void to(Device device)
    {
    }

    /// <summary>A zero tensor like the parameter, outside every dispose scope.</summary>
    private protected Tensor Zeros() => _parameter.zeros_like().DetachFromDisposeScope();

    private protected static void Copy(ref Tensor? target, Tensor? source)
    {
        target?.Dispose();
        target = source?.clone().DetachFromDisposeScope();
    }

    private protected static void Move(Tensor? tensor, Device device)
    {
        if (tensor is null)
            return;
        using Tensor moved = tensor.to(device);
        if (moved.Handle != tensor.Handle)
            tensor.Become(moved.alias());
    }
}
