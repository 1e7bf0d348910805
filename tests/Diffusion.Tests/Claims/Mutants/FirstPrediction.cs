using static TorchSharp.torch;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>A denoiser that remembers the first estimate that it was asked for: that at the beginning of a step.</summary>
/// <param name="denoiser">What estimates.</param>
internal sealed class FirstPrediction(IDenoiser denoiser) : IDenoiser
{
    public Prediction? Prediction { get; private set; }

    public Prediction Predict(Tensor x, NoiseLevels levels)
    {
        Prediction prediction = denoiser.Predict(x, levels);
        Prediction ??= prediction;
        return prediction;
    }

    /// <summary>Where a step of order 1 ends: α_t D + σ_t ε̂.</summary>
    public Tensor Straight(NoiseLevel to) => (Prediction!.X0 * to.Alpha) + (Prediction.Epsilon * to.Sigma);
}
