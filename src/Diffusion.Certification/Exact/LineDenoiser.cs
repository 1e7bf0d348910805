using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.Certification;

/// <summary>The exact ε̂ of a mixture on a line, in one pass without allocations a row: the propagation of laws asks for millions.</summary>
internal sealed class LineDenoiser : IDenoiser
{
    private readonly double[] _logWeights;
    private readonly double[] _means;
    private readonly double[] _variances;

    public LineDenoiser(GaussianMixture mixture)
    {
        _logWeights = [.. mixture.Components.Select(c => Math.Log(c.Weight))];
        _means = [.. mixture.Components.Select(c => c.Mean[0])];
        _variances = [.. mixture.Components.Select(c => c.Covariance[0, 0])];
    }

    public Prediction Predict(Tensor x, NoiseLevels levels)
    {
        (double alpha, double sigma) = (levels[0].Alpha, levels[0].Sigma);
        int components = _means.Length;
        Span<double> centres = stackalloc double[components];
        Span<double> precisions = stackalloc double[components];
        Span<double> offsets = stackalloc double[components];
        Span<double> logits = stackalloc double[components];
        for (int k = 0; k < components; k++)
        {
            double variance = (alpha * alpha * _variances[k]) + (sigma * sigma);
            (centres[k], precisions[k], offsets[k]) = (alpha * _means[k], 1 / variance, _logWeights[k] - (0.5 * Math.Log(variance)));
        }

        double[] values = HostNumbers.ToArray(x);
        for (int row = 0; row < values.Length; row++)
        {
            double largest = double.NegativeInfinity;
            for (int k = 0; k < components; k++)
            {
                double distance = values[row] - centres[k];
                logits[k] = offsets[k] - (0.5 * distance * distance * precisions[k]);
                largest = Math.Max(largest, logits[k]);
            }

            (double total, double pull) = (0, 0);
            for (int k = 0; k < components; k++)
            {
                double weight = Math.Exp(logits[k] - largest);
                total += weight;
                pull += weight * (values[row] - centres[k]) * precisions[k];
            }

            values[row] = sigma * pull / total;
        }

        return new Prediction(PredictionKind.Noise, HostNumbers.ToTensor(values, x), x, levels);
    }
}
