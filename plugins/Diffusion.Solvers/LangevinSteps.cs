using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>What the Langevin samplers share.</summary>
internal static class LangevinSteps
{
    public static SolverTraits Traits(int steps, bool denoises) => new()
    {
        Order = null,
        EvaluationsPerStep = steps,
        EvaluationsToClean = denoises ? steps + 1 : steps,
        IsStochastic = true,
    };

    /// <summary>x + δ s(x) + √(2δ) z, several times, at the level the step starts from.</summary>
    public static Tensor Walk(in SolverStep step, IDenoiser denoiser, double stepSize, int steps)
    {
        double ofNoise = -stepSize / step.From.Sigma; // s = −ε̂/σ
        Tensor x = step.X;
        for (int k = 0; k < steps; k++)
        {
            x = denoiser.Predict(x, step.From).Combine(_ => 1, _ => 0, _ => ofNoise)
                .add_(step.Noise.Independent(((long)step.Index * steps) + k, x), alpha: Math.Sqrt(2 * stepSize));
        }

        return x;
    }
}
