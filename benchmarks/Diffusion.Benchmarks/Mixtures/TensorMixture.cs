using static TorchSharp.torch;

namespace Diffusion.Benchmarks.Mixtures;

/// <summary>The denoiser of an isotropic mixture in tensor operations, equal weights and one standard deviation.</summary>
internal sealed class TensorMixture(double[][] means, double standardDeviation, ScalarType type)
{
    private readonly Tensor _means = tensor([.. means.SelectMany(mean => mean)], [means.Length, means[0].Length], dtype: type);

    /// <summary>The formula as it is written: differences of B × K × D.</summary>
    public Tensor Denoise(Tensor x, NoiseLevel level)
    {
        double variance = Variance(level);
        Tensor difference = x.unsqueeze(1) - (_means * level.Alpha);
        Tensor probabilities = (difference.square().sum(-1) * (-0.5 / variance)).softmax(1);
        Tensor conditional = _means + (difference * (level.Alpha * standardDeviation * standardDeviation / variance));
        return (probabilities.unsqueeze(-1) * conditional).sum(dim: 1);
    }

    /// <summary>With |x − αμ|² expanded, so that two matrix products do the work.</summary>
    public Tensor DenoiseExpanded(Tensor x, NoiseLevel level)
    {
        double variance = Variance(level);
        Tensor constant = _means.square().sum(-1) * (-0.5 * level.Alpha * level.Alpha / variance);
        Tensor probabilities = addmm(constant, x, _means.t(), beta: 1f, alpha: (float)(level.Alpha / variance)).softmax(1);
        double kept = level.Alpha * standardDeviation * standardDeviation / variance;
        return addmm(x, probabilities, _means, beta: (float)kept, alpha: (float)(level.Sigma * level.Sigma / variance));
    }

    private double Variance(NoiseLevel level) =>
        (level.Alpha * level.Alpha * standardDeviation * standardDeviation) + (level.Sigma * level.Sigma);
}
