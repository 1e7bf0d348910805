using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>What the stochastic methods share.</summary>
internal static class StochasticSteps
{
    /// <summary>Adds the normalised increment of the step's Brownian path, scaled, to a tensor that is the caller's own.</summary>
    public static Tensor AddIncrement(this Tensor mean, in SolverStep step, double scale) =>
        scale == 0 ? mean : mean.add_(step.Noise.BrownianIncrement(step.From, step.To, step.X), alpha: scale);

    /// <summary>log of (σ_t/α_t)/(σ_s/α_s) = −h: −∞ where the step starts without signal or ends without noise.</summary>
    public static double LogShrinkage(NoiseLevel from, NoiseLevel to) => Math.Log(from.Alpha * to.Sigma / (to.Alpha * from.Sigma));

    /// <summary>e^(κ x), also for κ = 0 at x = −∞.</summary>
    public static double Power(double logarithm, double exponent) => exponent == 0 ? 1 : Math.Exp(exponent * logarithm);

    /// <summary>Denoiser calls of a two-stage method whose steps fall back to one call where <paramref name="isFirstOrder"/> says so.</summary>
    public static int CountTwoStage(IReadOnlyList<NoiseLevel> levels, Func<NoiseLevel, NoiseLevel, bool> isFirstOrder)
    {
        int calls = 0;
        for (int i = 1; i < levels.Count; i++)
            calls += isFirstOrder(levels[i - 1], levels[i]) ? 1 : 2;
        return calls;
    }
}
