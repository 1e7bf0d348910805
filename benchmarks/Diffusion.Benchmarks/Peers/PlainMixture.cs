using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Benchmarks.Peers;

/// <summary>The denoiser of equally likely Gaussians of one variance in the fewest tensor operations: two matrix products and a softmax.</summary>
internal sealed class PlainMixture : IDisposable
{
    private readonly double _variance;
    private readonly Tensor _means;
    private readonly Tensor _halfSquares;

    public PlainMixture(GaussianMixture mixture)
    {
        using DisposeScope scope = NewDisposeScope();
        _variance = mixture.Components[0].IsotropicVariance!.Value;
        _means = tensor(mixture.Components.SelectMany(component => component.Mean).ToArray(), [mixture.Components.Count, mixture.Dimension], ScalarType.Float32)
            .DetachFromDisposeScope();
        _halfSquares = _means.square().sum(1).mul_(0.5).DetachFromDisposeScope();
    }

    /// <summary>D for a batch of one level with α = 1.</summary>
    public Tensor Denoise(Tensor x, double sigma)
    {
        double v = _variance + (sigma * sigma);
        Tensor responsibilities = addmm(_halfSquares, x, _means.t(), beta: (float)(-1 / v), alpha: (float)(1 / v)).softmax(1);
        return addmm(x, responsibilities, _means, beta: (float)(_variance / v), alpha: (float)(sigma * sigma / v));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _means.Dispose();
        _halfSquares.Dispose();
    }
}
