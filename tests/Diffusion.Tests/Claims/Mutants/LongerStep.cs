using static TorchSharp.torch;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>A factor √2: every step goes that much too far.</summary>
public sealed class LongerStep<TSolver, TOptions>(TOptions options) : MutantSolver<TSolver, TOptions>(options)
    where TSolver : ISolver
    where TOptions : ComponentOptions
{
    /// <inheritdoc/>
    public override Tensor Step(in SolverStep step, IDenoiser denoiser) => step.X + (Math.Sqrt(2) * (Sound.Step(step, denoiser) - step.X));
}
