using static TorchSharp.torch;

namespace Diffusion.ScoreModels.Mixture;

/// <summary>A mixture's marginal at points of a batch, in tensor operations: any device, any levels, differentiable in x.</summary>
/// <remarks>Shapes: K components, B points, E eigenvalues a component (1 for isotropic components, else D).</remarks>
internal sealed class MixtureTensors
{
    private readonly MixtureSpectrum _spectrum;
    private readonly NoiseLevels _levels;
    private readonly Tensor _x;
    private readonly Tensor _means;
    private readonly Tensor? _eigenvectors;

    // (K, B, D): x − α μ_k in the eigenbasis of C_k.
    private readonly Tensor _centred;

    /// <param name="spectrum">The mixture.</param>
    /// <param name="x">x_t, shape (B, D).</param>
    /// <param name="levels">The levels.</param>
    public MixtureTensors(MixtureSpectrum spectrum, Tensor x, NoiseLevels levels)
    {
        _spectrum = spectrum;
        _x = x;
        _levels = levels;
        _means = Constant(spectrum.Means, spectrum.Count, 1, spectrum.Dimension);
        Tensor difference = x - (_means * levels.Coefficients(l => l.Alpha, x));
        if (!spectrum.IsIsotropic)
            _eigenvectors = Constant(spectrum.Eigenvectors, spectrum.Count, spectrum.Dimension, spectrum.Dimension);
        _centred = _eigenvectors is null ? difference : difference.matmul(_eigenvectors);
    }

    /// <summary>The posterior mean of the kind, shape (B, D).</summary>
    public Tensor Posterior(PosteriorMean mean)
    {
        Tensor probabilities = Logits().softmax(0).unsqueeze(-1);
        Tensor sloped = _centred * PerEigenvalue(mean.Slope);
        if (_eigenvectors is not null)
            sloped = sloped.matmul(_eigenvectors.transpose(1, 2));
        return (probabilities * (sloped + (_means * _levels.Coefficients(mean.Share, _x)))).sum(dim: 0);
    }

    /// <summary>log p_t, shape (B).</summary>
    public Tensor LogDensity() => Logits().logsumexp(0) - (0.5 * _spectrum.Dimension * Math.Log(2 * Math.PI));

    /// <summary>log of weight times density, without the factor (2π)^(−D/2), shape (K, B).</summary>
    private Tensor Logits()
    {
        double multiplicity = _spectrum.IsIsotropic ? _spectrum.Dimension : 1;
        Tensor precision = PerEigenvalue((level, eigenvalue) => 1 / Variance(level, eigenvalue));
        Tensor halfLogDeterminant = PerEigenvalue((level, eigenvalue) => 0.5 * multiplicity * Math.Log(Variance(level, eigenvalue))).sum(-1);
        Tensor weights = Constant(_spectrum.LogWeights, _spectrum.Count, 1);
        return weights - halfLogDeterminant - (0.5 * (_centred.square() * precision).sum(-1));
    }

    private static double Variance(NoiseLevel level, double eigenvalue) => (level.Alpha * level.Alpha * eigenvalue) + (level.Sigma * level.Sigma);

    /// <summary>A coefficient of level and eigenvalue in float64, then in x's type: shape (K, B or 1, E).</summary>
    private Tensor PerEigenvalue(Func<NoiseLevel, double, double> coefficient)
    {
        int each = _spectrum.EigenvaluesEach;
        double[] values = new double[_spectrum.Count * _levels.Count * each];
        for (int i = 0; i < values.Length; i++)
        {
            int k = i / each / _levels.Count;
            values[i] = coefficient(_levels[i / each % _levels.Count], _spectrum.Eigenvalues[(k * each) + (i % each)]);
        }

        return Constant(values, _spectrum.Count, _levels.Count, each);
    }

    private Tensor Constant(double[] values, params long[] shape) => tensor(values, shape, dtype: _x.dtype, device: _x.device);
}
