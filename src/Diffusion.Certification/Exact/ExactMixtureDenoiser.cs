using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.Certification;

/// <summary>The exact denoiser of a Gaussian mixture: a model without error for testing solvers.</summary>
/// <remarks>
/// Emits noise or data, each computed directly: neither is formed from the other, which would cancel at one end of the path. The
/// arithmetic is float64 whatever the state's type. Not differentiable.
/// </remarks>
public sealed class ExactMixtureDenoiser : IDenoiser
{
    private readonly ExactMixture _mixture;
    private readonly PredictionKind _kind;

    /// <param name="mixture">The data's distribution.</param>
    /// <param name="kind">What to emit: <see cref="PredictionKind.Noise"/> or <see cref="PredictionKind.Data"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another kind of prediction.</exception>
    public ExactMixtureDenoiser(ExactMixture mixture, PredictionKind kind)
    {
        if (kind is not (PredictionKind.Noise or PredictionKind.Data))
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "The exact denoiser emits noise or data.");

        (_mixture, _kind) = (mixture, kind);
    }

    /// <summary>Evaluates at states of shape (B, D).</summary>
    public Prediction Predict(Tensor x, NoiseLevels levels)
    {
        double[] states = HostNumbers.ToArray(x);
        double[] values = new double[states.Length];
        int dimension = _mixture.Dimension;
        for (int row = 0; row < states.Length / dimension; row++)
        {
            ReadOnlySpan<double> state = states.AsSpan(row * dimension, dimension);
            (double alpha, double sigma) = (levels[row].Alpha, levels[row].Sigma);
            double[] value = _kind == PredictionKind.Noise ? _mixture.Noise(state, alpha, sigma) : _mixture.Denoised(state, alpha, sigma);
            value.CopyTo(values, row * dimension);
        }

        return new Prediction(_kind, HostNumbers.ToTensor(values, x), x, levels);
    }
}
