using Diffusion.Core.Sampling;
using Diffusion.Numerics;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Core.Laws;

/// <summary>
/// What the steps of a stochastic method do with their noise: the law of a run is computed where each adds one normal number times a scale that its state does
/// not change.
/// </summary>
internal static class StepNoise
{
    private const double Agreement = 1e-7;

    /// <summary>The scale of each step's noise, 0 where it has none; null with a reason where the steps are of another form.</summary>
    /// <param name="problem">A method that looks at no past evaluations.</param>
    public static (double[]? Scales, string? Objection) Scales(SamplingProblem problem)
    {
        double[] scales = new double[problem.Levels.Count - 1];
        for (int step = 0; step < scales.Length; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            NoiseLevel level = problem.Levels[step];
            double unit = Math.Sqrt((level.Alpha * level.Alpha) + (level.Sigma * level.Sigma));
            double[] places = [.. new[] { -2.9, -1.1, -0.3, 0.2, 0.7, 1.9, 3.3 }.Select(place => place * unit)];
            Tensor x = HostNumbers.ToTensor(places, [places.Length, 1]);
            (double[] without, int asked) = After(problem, step, x, 0);
            if (asked > 1)
                return (null, $"its steps draw noise {asked} times");
            if (asked == 0)
                continue;

            double[] once = [.. After(problem, step, x, 1).State.Zip(without, (a, b) => a - b)];
            double[] twice = [.. After(problem, step, x, 2).State.Zip(without, (a, b) => a - b)];
            double scale = once.Average();
            double allowed = Agreement * Math.Abs(scale);
            if (once.Any(value => Math.Abs(value - scale) > allowed) || twice.Any(value => Math.Abs(value - (2 * scale)) > allowed))
                return (null, "its noise passes through the model within the step");
            scales[step] = Math.Abs(scale);
        }

        return (scales, null);
    }

    private static (double[] State, int Asked) After(SamplingProblem problem, int step, Tensor x, double noise)
    {
        StatedNoise source = new(noise);
        double[] state = HostNumbers.ToArray(SamplingLoop.Step(problem, step, x, source));
        return (state, source.Asked);
    }
}
