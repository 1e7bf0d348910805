using Diffusion.Solvers;

using static TorchSharp.torch;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>c⁴ for c²: the solver in the data's frame takes the square of the data's variance for the variance.</summary>
public sealed class VarianceForDeviation(GaussianFrameOptions options, DataDescription? data = null) : ISolver
{
    private readonly GaussianFrameSolver _mistaken = new(
        options with { StandardDeviation = Math.Pow(options.StandardDeviation ?? DataMoments.FromDescription(data)?.StandardDeviation ?? 1, 2) }, data);

    /// <inheritdoc/>
    public SolverTraits Traits => _mistaken.Traits;

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => _mistaken.Objection(schedule, levels);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser) => _mistaken.Step(step, denoiser);
}
