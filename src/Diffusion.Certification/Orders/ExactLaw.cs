using Diffusion.Core.Sampling;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification;

/// <summary>The law of a sampler's output on Gaussian data, without Monte Carlo.</summary>
/// <remarks>
/// On <see cref="ExactProblems.Gaussian"/> the denoiser is affine, hence so is every sampler built on it: x_end = a x_start + Σ c_n z_n + b. One
/// run of a batch whose rows are the unit impulses gives all coefficients, and with them mean and variance to rounding.
/// </remarks>
public static class ExactLaw
{
    /// <summary>Mean and variance of the output when the start has the exact law of the first level.</summary>
    /// <param name="solver">The method, deterministic or stochastic.</param>
    /// <param name="schedule">The process.</param>
    /// <param name="levels">Where it stops.</param>
    public static (double Mean, double Variance) OfSampler(ISolver solver, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels)
    {
        using DisposeScope scope = NewDisposeScope();
        var problem = new SamplingProblem(new ExactMixtureDenoiser(ExactProblems.Gaussian, PredictionKind.Noise), schedule, levels, solver);
        var counter = new TapeNoise((_, like) => zeros_like(like));
        SamplingLoop.Run(problem, zeros([1, 1], dtype: ScalarType.Float64), counter);

        double[] start = new double[counter.Draws + 2];
        start[^1] = 1;
        var impulses = new TapeNoise((draw, like) => tensor(Impulse(draw, start.Length), [start.Length, 1], dtype: like.dtype));
        double[] end = SamplingLoop.Run(problem, tensor(start, [start.Length, 1]), impulses).State.data<double>().ToArray();
        double offset = end[^2];
        double gain = end[^1] - offset;
        (double startMean, double startVariance) = OfLevel(levels[0]);
        return (offset + (gain * startMean), (gain * gain * startVariance) + end[..^2].Sum(value => (value - offset) * (value - offset)));
    }

    /// <summary>Mean and variance of the exact marginal at a level.</summary>
    public static (double Mean, double Variance) OfLevel(NoiseLevel level)
    {
        GaussianComponent data = ExactProblems.Gaussian.Mixture.Components[0];
        return (level.Alpha * data.Mean[0], (level.Alpha * level.Alpha * data.Covariance[0, 0]) + (level.Sigma * level.Sigma));
    }

    private static double[] Impulse(int place, int length)
    {
        double[] values = new double[length];
        values[place] = 1;
        return values;
    }
}
