using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A module without parameters, buffers or submodules.</summary>
public abstract class ParameterLessModule<T1, TResult> : nn.Module<T1, TResult>
{
    protected ParameterLessModule(string name)
        : base(name)
    {
    }

    public override void register_buffer(string name, Tensor tensor, bool persistent = true) =>
        throw new InvalidOperationException($"Cannot register a buffer on {GetName()}: it has no state.");

    public override void register_parameter(string name, Parameter param) =>
        throw new InvalidOperationException($"Cannot register a parameter on {GetName()}: it has no state.");

    public override void register_module(string name, nn.Module submodule) =>
        throw new InvalidOperationException($"Cannot register a submodule on {GetName()}: it has no state.");
}
