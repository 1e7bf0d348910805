using Diffusion.Solvers;

using static TorchSharp.torch;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>σ for σ²: annealed Langevin dynamics whose step sizes are in proportion to the noise rather than to its square.</summary>
public sealed class LinearStepSizes(AnnealedLangevinOptions options) : MutantSolver<AnnealedLangevinSolver, AnnealedLangevinOptions>(options)
{
    private readonly AnnealedLangevinOptions _options = options;

    /// <inheritdoc/>
    public override Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        double smallest = step.Schedule.At(step.Schedule.MinimumTime).Sigma;
        return Make(_options with { StepSize = _options.StepSize * smallest / step.From.Sigma }).Step(step, denoiser);
    }
}
