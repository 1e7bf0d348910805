using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification;

/// <summary>Pathwise convergence: how far apart a coarse and a fine run end that start at the same points and follow the same Brownian paths.</summary>
/// <remarks>
/// The difference between N and 2N steps falls at the strong order, as the error itself does. All runs share start and paths, so the sampling
/// error of the slope is far below that of each difference. (The mean, not its square: the few paths that end in another mode would decide that.)
/// </remarks>
public static class StrongError
{
    /// <summary>Mean over samples of the distance between the ends of two runs, on <see cref="ExactProblems.Plane"/>.</summary>
    /// <param name="solver">The method.</param>
    /// <param name="schedule">The process.</param>
    /// <param name="coarse">Levels of the one run.</param>
    /// <param name="fine">Levels of the other, with the same ends.</param>
    /// <param name="samples">How many paths.</param>
    /// <param name="seed">Of the paths.</param>
    public static double Between(
        ISolver solver, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> coarse, IReadOnlyList<NoiseLevel> fine, int samples, long seed)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor difference = End(coarse) - End(fine);
        return difference.square().sum(dim: 1).sqrt().mean().ToDouble();

        Tensor End(IReadOnlyList<NoiseLevel> levels) => new SamplingRun
        {
            Problem = new(new ExactMixtureDenoiser(ExactProblems.Plane, PredictionKind.Noise), schedule, levels, solver),
            Samples = samples,
            Shape = [2],
            Noise = new NoiseKey(seed, 0),
            Dtype = ScalarType.Float64,
        }.Execute().State;
    }
}
