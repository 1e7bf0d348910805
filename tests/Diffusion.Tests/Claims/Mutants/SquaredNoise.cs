using static TorchSharp.torch;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>σ² for σ: a step ends with the estimated noise times σ_t².</summary>
public sealed class SquaredNoise<TSolver, TOptions>(TOptions options) : MutantSolver<TSolver, TOptions>(options)
    where TSolver : ISolver
    where TOptions : ComponentOptions
{
    /// <inheritdoc/>
    public override Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        FirstPrediction first = new(denoiser);
        Tensor end = Sound.Step(step, first);
        return end + (((step.To.Sigma * step.To.Sigma) - step.To.Sigma) * first.Prediction!.Epsilon);
    }
}
