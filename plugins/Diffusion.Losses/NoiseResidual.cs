using static TorchSharp.torch;

namespace Diffusion.Losses;

/// <summary>The error of a predicted noise, measured in what the model emitted so that no digits cancel.</summary>
/// <remarks>
/// With x_t = α x_0 + σ ε given, every prediction is an affine image of every other one, and errors differ by a factor only:
/// ε̂ − ε = −(α/σ)(D − x_0) = −σ (s − s*) = α/(α² + σ²) · (v̂ − v), where s* = −ε/σ and v = α ε − σ x_0,
/// and = α/(α + σ) · (û − u) with u = ε − x_0. Forming ε̂ from a D close to x_0
/// would lose log₁₀(α/σ) digits at small noise.
/// </remarks>
internal static class NoiseResidual
{
    /// <summary>weight · ‖ε̂ − ε‖², averaged over the data's dimensions. Shape (B).</summary>
    public static Tensor Squared(IScoreModel model, LossBatch batch, Func<NoiseLevel, double> weight)
    {
        NoiseLevels levels = batch.Levels;
        Prediction prediction = model.Predict(batch.NoisyData(), levels);
        (Tensor target, Func<NoiseLevel, double> factor) = prediction.Kind switch
        {
            PredictionKind.Noise => (batch.Noise, l => 1),
            PredictionKind.Data => (batch.Data, l => l.Alpha / l.Sigma),
            PredictionKind.Score => (levels.Scale(l => -1 / l.Sigma, batch.Noise), l => l.Sigma),
            PredictionKind.Velocity => (batch.Noise - batch.Data, l => l.Alpha / (l.Alpha + l.Sigma)),
            _ => (levels.Combine(l => l.Alpha, batch.Noise, l => -l.Sigma, batch.Data), (Func<NoiseLevel, double>)(l => l.Alpha / ((l.Alpha * l.Alpha) + (l.Sigma * l.Sigma)))),
        };
        Tensor squares = (prediction.Value - target).square().flatten(1).mean([1]);
        return levels.Scale(l => weight(l) * factor(l) * factor(l), squares);
    }
}
