using TorchSharp.Modules;

using static TorchSharp.torch;

namespace Diffusion.Core.Training;

/// <summary>
/// Exponential moving average of a network's weights. The decay warms up as (1 + n)/(10 + n), so that short runs do not average in the
/// random start.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly double _decay;
    private readonly List<Parameter> _parameters;
    private readonly List<Tensor> _shadow;

    public WeightAverage(nn.Module network, double decay)
    {
        _decay = decay;
        _parameters = [.. network.parameters()];
        using IDisposable withoutGradient = no_grad();
        _shadow = [.. _parameters.Select(parameter => parameter.detach().clone().DetachFromDisposeScope())];
    }

    public void Update(int step)
    {
        double weight = 1 - Math.Min(_decay, (1.0 + step) / (10.0 + step));
        using IDisposable withoutGradient = no_grad();
        for (int i = 0; i < _shadow.Count; i++)
            _shadow[i].mul_(1 - weight).add_(_parameters[i], alpha: weight);
    }

    public void CopyToNetwork()
    {
        using IDisposable withoutGradient = no_grad();
        for (int i = 0; i < _shadow.Count; i++)
            _parameters[i].copy_(_shadow[i]);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _shadow)
            tensor.Dispose();
    }
}
