using static TorchSharp.torch;

namespace Diffusion.Certification;

/// <summary>
/// Vector fields with parameters for tests of losses: analytic in x, nonlinear in the parameters, and no gradient of anything, so that nothing about them makes
/// an identity easier.
/// </summary>
/// <remarks><code>s_θ(x) = A x + B tanh(W x + b)</code> with three hidden units; emitted as any kind of prediction.</remarks>
public sealed class SmoothScoreFamily : IScoreModel
{
    private const int Hidden = 3;

    private readonly PredictionKind _kind;

    /// <param name="dimension">D.</param>
    /// <param name="kind">What the model emits.</param>
    /// <param name="seed">Which member of the family.</param>
    public SmoothScoreFamily(int dimension, PredictionKind kind, int seed)
    {
        _kind = kind;
        var random = new Random(seed);
        Parameters =
        [
            Draw(dimension, dimension, -0.7), Draw(Hidden, dimension, 0), Draw(dimension, Hidden, 0), Draw(1, Hidden, 0),
        ];

        Tensor Draw(int rows, int columns, double diagonal)
        {
            double[] values = [.. Enumerable.Range(0, rows * columns).Select(i => (random.NextDouble() - 0.5) + (i / columns == i % columns ? diagonal : 0))];
            return tensor(values, [rows, columns], requires_grad: true);
        }
    }

    /// <summary>Aᵀ (D, D), Bᵀ (3, D), Wᵀ (D, 3) and b (1, 3), float64.</summary>
    public IReadOnlyList<Tensor> Parameters { get; }

    /// <summary>The score at states of shape (B, D), float64.</summary>
    public Prediction Predict(Tensor x, NoiseLevels levels)
    {
        Tensor score = x.matmul(Parameters[0]) + (x.matmul(Parameters[2]) + Parameters[3]).tanh().matmul(Parameters[1]);
        var prediction = new Prediction(PredictionKind.Score, score, x, levels);
        return new(_kind, _kind switch
        {
            PredictionKind.Score => score,
            PredictionKind.Data => prediction.X0,
            PredictionKind.V => prediction.V,
            _ => prediction.Epsilon,
        }, x, levels);
    }
}
