using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A tensor a module learns.</summary>
public class Parameter : Tensor
{
    /// <summary>Takes over the native tensor of <paramref name="data"/>, which is disposed afterwards.</summary>
    /// <param name="data">The initial value.</param>
    /// <param name="requires_grad">Whether it is learned.</param>
    public Parameter(Tensor data, bool requires_grad = true)
        : base(data.with_requires_grad(requires_grad).TakeHandle(out DisposeScope? scope))
    {
        // It belongs where its data belonged, not where it happened to be wrapped.
        MoveToOtherDisposeScope(scope);
    }
}
