using static TorchSharp.torch;

namespace Diffusion.Losses;

/// <summary>The squared error of a denoiser, measured in what the model emitted so that no digits cancel.</summary>
/// <remarks>
/// With x_t = α x_0 + σ ε given, every prediction is an affine image of every other one and errors differ by a factor only. Forming ε̂ from
/// a D close to x_0, say, would lose log₁₀(α/σ) digits at small noise.
/// </remarks>
internal static class DenoisingResidual
{
    /// <summary>The square of the residual of the given form, averaged over the data's dimensions, times a constant. Shape (B).</summary>
    public static Tensor Squared(IScoreModel model, LossBatch batch, ResidualForm form, double constant = 1)
    {
        NoiseLevels levels = batch.Levels;
        Prediction prediction = model.Predict(batch.NoisyData(), levels);
        Tensor target = prediction.Kind switch
        {
            PredictionKind.Data => batch.Data,
            PredictionKind.Score => levels.Scale(l => -1 / l.Sigma, batch.Noise),
            PredictionKind.V => levels.Combine(l => l.Alpha, batch.Noise, l => -l.Sigma, batch.Data),
            PredictionKind.Velocity => batch.Noise - batch.Data,
            _ => batch.Noise,
        };
        Tensor squares = nn.functional.mse_loss(prediction.Value, target, nn.Reduction.None);
        squares = (squares.dim() == 2 ? squares : squares.flatten(1)).mean([1]);
        return levels.Scale(SquaredRatio, squares);

        double SquaredRatio(NoiseLevel level)
        {
            double ratio = form.Size(level, batch.Schedule) / EmittedSize(prediction.Kind, level, batch.Schedule);
            return constant * ratio * ratio;
        }
    }

    /// <summary>As <see cref="ResidualFormExtensions.Size"/>, of the error in what the model emitted.</summary>
    private static double EmittedSize(PredictionKind kind, NoiseLevel level, NoiseSchedule schedule) => kind switch
    {
        PredictionKind.Data => ResidualForm.Data.Size(level, schedule),
        PredictionKind.Score => ResidualForm.Score.Size(level, schedule),
        PredictionKind.V => ResidualForm.V.Size(level, schedule),

        // The velocity of the straight path, ε̂ − D, whatever the path is.
        PredictionKind.Velocity => level.Alpha + level.Sigma,
        _ => ResidualForm.Noise.Size(level, schedule),
    };
}
