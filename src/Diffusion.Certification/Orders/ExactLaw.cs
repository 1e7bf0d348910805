using Diffusion.Core.Sampling;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification;

/// <summary>The law of a sampler's output on Gaussian data, without Monte Carlo.</summary>
/// <remarks>
/// On <see cref="ExactProblems.Gaussian"/> the denoiser is affine, hence so is every sampler built on it. Where a method's history can be rebuilt
/// from past states, each step is an affine map of those states and of the step's noise, whose coefficients a batch of unit vectors shows, and
/// mean and covariance are carried from step to step: N steps cost O(N). Otherwise the whole run is one affine map, of its start and all
/// its noise, shown by a batch of O(N) rows. Either way (<see cref="ImpulseNoise"/>, <see cref="NoiseRequests"/>) increments of overlapping intervals
/// are correlated as on a Brownian path.
/// </remarks>
public static class ExactLaw
{
    /// <summary>Mean and variance of the output when the start has the exact law of the first level.</summary>
    /// <param name="solver">The method, deterministic or stochastic.</param>
    /// <param name="schedule">The process.</param>
    /// <param name="levels">Where it stops.</param>
    /// <param name="gaussian">The data, one Gaussian on a line; <see cref="ExactProblems.Gaussian"/> if not given.</param>
    public static (double Mean, double Variance) OfSampler(
        ISolver solver, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels, ExactMixture? gaussian = null) =>
        SolverProbe.CanProbe(solver)
            ? StepByStep(solver, schedule, levels, gaussian ?? ExactProblems.Gaussian)
            : AtOnce(solver, schedule, levels, gaussian ?? ExactProblems.Gaussian);

    /// <summary>Distance of the output's mean and variance from those of the last level.</summary>
    public static double Error(ISolver solver, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels)
    {
        (double mean, double variance) = OfSampler(solver, schedule, levels);
        (double exactMean, double exactVariance) = OfLevel(levels[^1]);
        return Math.Sqrt(Math.Pow(mean - exactMean, 2) + Math.Pow(variance - exactVariance, 2));
    }

    /// <summary>Whether the law of this method costs O(N) for N steps; otherwise it costs O(N²).</summary>
    public static bool GoesStepByStep(ISolver solver) => SolverProbe.CanProbe(solver);

    /// <summary>Mean and variance of the exact marginal at a level.</summary>
    public static (double Mean, double Variance) OfLevel(NoiseLevel level, ExactMixture? gaussian = null)
    {
        GaussianComponent data = (gaussian ?? ExactProblems.Gaussian).Mixture.Components[0];
        return (level.Alpha * data.Mean[0], (level.Alpha * level.Alpha * data.Covariance[0, 0]) + (level.Sigma * level.Sigma));
    }

    private static (double Mean, double Variance) StepByStep(
        ISolver solver, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels, ExactMixture gaussian)
    {
        var probe = new SolverProbe(solver, schedule, levels, new ExactMixtureDenoiser(gaussian, PredictionKind.Noise));
        (double startMean, double startVariance) = OfLevel(levels[0], gaussian);
        List<double> means = [startMean];
        List<List<double>> covariance = [[startVariance]];
        int draws = 1;
        for (int i = 0; i < probe.Steps; i++)
        {
            (double mean, double[] ofStates, double variance) = AffineStep(probe, i, ref draws);
            int known = ofStates.Length;
            double[] withNext = new double[known];
            for (int a = 0; a < known; a++)
            {
                mean += ofStates[a] * means[a];
                for (int b = 0; b < known; b++)
                    withNext[a] += ofStates[b] * covariance[a][b];
            }

            for (int a = 0; a < known; a++)
                variance += ofStates[a] * withNext[a];

            // The newest state first; those that no later step looks back to are forgotten.
            int kept = probe.PastOf(i + 1);
            means = [mean, .. means.Take(kept)];
            List<List<double>> next = [[variance, .. withNext.Take(kept)]];
            for (int a = 0; a < kept; a++)
                next.Add([withNext[a], .. covariance[a].Take(kept)]);
            covariance = next;
        }

        return (means[0], covariance[0][0]);
    }

    // x′ = offset + Σ a_j x_j + Σ c_n z_n, from one batch: the zero row, a unit row for each state, one for each draw of noise. How many draws there are is
    // known afterwards: mostly as many as at the step before.
    private static (double Offset, double[] OfStates, double OfNoise) AffineStep(SolverProbe probe, int index, ref int draws)
    {
        int states = probe.PastOf(index) + 1;
        while (true)
        {
            int rows = 1 + states + draws;
            double[][] columns = new double[states][];
            for (int j = 0; j < states; j++)
                columns[j] = Unit(rows, 1 + j);
            var noise = new ImpulseNoise(1 + states);
            double[] values = probe.Step(index, columns, noise);
            if (noise.Count <= draws)
            {
                double[] gains = Array.ConvertAll(values, value => value - values[0]);
                return (values[0], gains[1..(1 + states)], noise.Variance(gains));
            }

            draws = noise.Count;
        }
    }

    private static (double Mean, double Variance) AtOnce(
        ISolver solver, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels, ExactMixture gaussian)
    {
        using DisposeScope scope = NewDisposeScope();
        var problem = new SamplingProblem(new ExactMixtureDenoiser(gaussian, PredictionKind.Noise), schedule, levels, solver);
        var requests = new NoiseRequests();
        SamplingLoop.Run(problem, zeros([1, 1], dtype: ScalarType.Float64), requests);

        double[] start = Unit(requests.Count + 2, requests.Count + 1);
        INoiseSource impulses = requests.Answer((number, row) => number == row ? 1 : 0);
        double[] end = SamplingLoop.Run(problem, tensor(start, [start.Length, 1]), impulses).State.data<double>().ToArray();
        double offset = end[^2];
        double gain = end[^1] - offset;
        (double startMean, double startVariance) = OfLevel(levels[0], gaussian);
        return (offset + (gain * startMean), (gain * gain * startVariance) + end[..^2].Sum(value => (value - offset) * (value - offset)));
    }

    private static double[] Unit(int length, int place)
    {
        double[] values = new double[length];
        values[place] = 1;
        return values;
    }
}
