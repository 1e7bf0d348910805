using static TorchSharp.torch;

namespace Diffusion.Losses;

/// <summary>The squared error of a denoiser, measured in what the model emitted so that no digits cancel.</summary>
/// <remarks>
/// With x_t = α x_0 + σ ε given, every prediction is an affine image of every other one and errors differ by a factor only. Forming ε̂ from
/// a D close to x_0, say, would lose log₁₀(α/σ) digits at small noise.
/// </remarks>
internal static class DenoisingResidual
{
    /// <summary>The square of the residual of the given form, averaged over the data's dimensions. Shape (B).</summary>
    public static Tensor Squared(IScoreModel model, LossBatch batch, ResidualForm form)
    {
        NoiseLevels levels = batch.Levels;
        Prediction prediction = model.Predict(batch.NoisyData(), levels);
        (Tensor error, ResidualForm emitted) = prediction.Kind switch
        {
            PredictionKind.Data => (prediction.Value - batch.Data, ResidualForm.Data),
            PredictionKind.Score => (prediction.Value - levels.Scale(l => -1 / l.Sigma, batch.Noise), ResidualForm.Score),
            PredictionKind.V => (prediction.Value - levels.Combine(l => l.Alpha, batch.Noise, l => -l.Sigma, batch.Data), ResidualForm.V),
            _ => (prediction.Epsilon - batch.Noise, ResidualForm.Noise),
        };
        Tensor squares = error.square().flatten(1).mean([1]);
        return emitted == form ? squares : levels.Scale(l => SquaredRatio(l), squares);

        double SquaredRatio(NoiseLevel level)
        {
            double ratio = form.Size(level, batch.Schedule) / emitted.Size(level, batch.Schedule);
            return ratio * ratio;
        }
    }
}
