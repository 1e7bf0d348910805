using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>What the Langevin samplers share.</summary>
internal static class LangevinSteps
{
    public static SolverTraits Traits(int steps, bool denoises) => new()
    {
        Order = null,
        EvaluationsPerStep = steps,
        EvaluationsOverRun = levels => levels[^1].IsClean ? (steps * (levels.Count - 1)) + (denoises ? 1 : 0) : steps * levels.Count,
        IsStochastic = true,
    };

    /// <summary>
    /// Walks at the level that the step starts from; after the last step also at the level where it ends, unless that is clean: every level with noise has its
    /// steps. Then x = D where that is wanted.
    /// </summary>
    /// <param name="step">The step.</param>
    /// <param name="denoiser">The model.</param>
    /// <param name="stepSize">δ at a level.</param>
    /// <param name="steps">Steps a level.</param>
    /// <param name="denoises">Whether a run to clean data ends with x = D.</param>
    public static Tensor Step(in SolverStep step, IDenoiser denoiser, Func<NoiseLevel, double> stepSize, int steps, bool denoises)
    {
        Tensor x = Walk(step.X, step.From, step.Index, step.Noise, denoiser, stepSize(step.From), steps);
        if (step.To.IsClean)
            return denoises ? denoiser.Predict(x, step.From).StateAt(1, 0) : x;
        return step.Index == step.Count - 1 ? Walk(x, step.To, step.Index + 1, step.Noise, denoiser, stepSize(step.To), steps) : x;
    }

    /// <summary>x + δ s(x) + √(2δ) z, several times, at one level, which is the run's level of number <paramref name="index"/>.</summary>
    private static Tensor Walk(Tensor x, NoiseLevel level, int index, INoiseSource noise, IDenoiser denoiser, double stepSize, int steps)
    {
        double ofNoise = -stepSize / level.Sigma; // s = −ε̂/σ
        for (int k = 0; k < steps; k++)
        {
            x = denoiser.Predict(x, level).Combine(_ => 1, _ => 0, _ => ofNoise)
                .add_(noise.Independent(((long)index * steps) + k, x), alpha: Math.Sqrt(2 * stepSize));
        }

        return x;
    }
}
