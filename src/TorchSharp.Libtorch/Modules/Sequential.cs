using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules applied one after the other; what passes between them is disposed on the way.</summary>
public class Sequential : nn.Module<Tensor, Tensor>
{
    private readonly List<nn.IModule<Tensor, Tensor>> _steps = [];

    protected internal Sequential(params (string, nn.Module<Tensor, Tensor>)[] modules)
        : base(nameof(Sequential))
    {
        foreach ((string key, nn.Module<Tensor, Tensor> module) in modules)
            append(key, module);
    }

    protected internal Sequential(params nn.Module<Tensor, Tensor>[] modules)
        : base(nameof(Sequential))
    {
        foreach (nn.Module<Tensor, Tensor> module in modules)
            append(module);
    }

    public int Count => _steps.Count;

    public nn.IModule<Tensor, Tensor> this[int index] => _steps[index];

    public Sequential append(nn.IModule<Tensor, Tensor> module) =>
        append(_steps.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), module);

    public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
    {
        register_module(name, (nn.Module)module);
        _steps.Add(module);
        return this;
    }

    public override Tensor forward(Tensor tensor)
    {
        if (_steps.Count == 0)
            return tensor.alias();
        Tensor current = _steps[0].call(tensor);
        for (int i = 1; i < _steps.Count; i++)
        {
            Tensor next = _steps[i].call(current);
            if (!ReferenceEquals(next, current) && !ReferenceEquals(current, tensor))
                current.Dispose();
            current = next;
        }

        return current;
    }
}
