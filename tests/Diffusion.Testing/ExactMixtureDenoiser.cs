using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Testing;

/// <summary>The exact denoiser of a Gaussian mixture, on tensors; a model without error for testing solvers.</summary>
/// <remarks>Emits noise or data, each computed directly: neither is formed from the other, which would cancel at one end of the path.</remarks>
public sealed class ExactMixtureDenoiser : IDenoiser
{
    private readonly PredictionKind _kind;
    private readonly double[] _logWeights;
    private readonly double[] _means;
    private readonly double[] _eigenvalues;
    private readonly double[] _axes;
    private readonly long _components;
    private readonly long _dimension;

    /// <param name="mixture">The data's distribution.</param>
    /// <param name="kind">What to emit: <see cref="PredictionKind.Noise"/> or <see cref="PredictionKind.Data"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another kind of prediction.</exception>
    public ExactMixtureDenoiser(ExactMixture mixture, PredictionKind kind)
    {
        if (kind is not (PredictionKind.Noise or PredictionKind.Data))
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "The exact denoiser emits noise or data.");

        _kind = kind;
        _components = mixture.Components.Count;
        _dimension = mixture.Dimension;
        _logWeights = [.. mixture.Components.Select(c => c.LogWeight)];
        _means = [.. mixture.Components.SelectMany(c => c.Mean)];
        _eigenvalues = [.. mixture.Components.SelectMany(c => c.Eigen.Values)];
        _axes = [.. mixture.Components.SelectMany(c => c.Eigen.Vectors.Cast<double>())];
    }

    /// <summary>Evaluates at states of shape (B, D).</summary>
    public Prediction Predict(Tensor x, NoiseLevels levels)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor alpha = levels.Coefficients(level => level.Alpha, x);
        Tensor sigma = levels.Coefficients(level => level.Sigma, x);
        Tensor means = Constant(_means, x, _components, 1, _dimension);
        Tensor eigenvalues = Constant(_eigenvalues, x, _components, 1, _dimension);
        Tensor axes = Constant(_axes, x, _components, _dimension, _dimension);

        Tensor along = (x.unsqueeze(0) - (alpha * means)).matmul(axes);
        Tensor variance = (alpha * alpha * eigenvalues) + (sigma * sigma);
        Tensor logits = Constant(_logWeights, x, _components, 1) - (0.5 * ((along * along / variance) + variance.log()).sum(-1));
        Tensor responsibilities = logits.softmax(0).unsqueeze(-1);
        Tensor perComponent = _kind == PredictionKind.Noise
            ? (sigma * along / variance).matmul(axes.transpose(1, 2))
            : means + (alpha * eigenvalues * along / variance).matmul(axes.transpose(1, 2));
        return new Prediction(_kind, scope.MoveToOuter((responsibilities * perComponent).sum(0)), x, levels);
    }

    private static Tensor Constant(double[] values, Tensor like, params long[] shape) =>
        tensor(values, shape, dtype: like.dtype, device: like.device);
}
