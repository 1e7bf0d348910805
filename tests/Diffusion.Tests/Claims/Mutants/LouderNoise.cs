using static TorchSharp.torch;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>A factor √2: all noise that is drawn is that much too large.</summary>
public sealed class LouderNoise<TSolver, TOptions>(TOptions options) : MutantSolver<TSolver, TOptions>(options)
    where TSolver : ISolver
    where TOptions : ComponentOptions
{
    /// <inheritdoc/>
    public override Tensor Step(in SolverStep step, IDenoiser denoiser) => Sound.Step(step with { Noise = new Loud(step.Noise) }, denoiser);

    private sealed class Loud(INoiseSource noise) : INoiseSource
    {
        public Tensor BrownianIncrement(NoiseLevel from, NoiseLevel to, Tensor like) => Math.Sqrt(2) * noise.BrownianIncrement(from, to, like);

        public Tensor Independent(long index, Tensor like) => Math.Sqrt(2) * noise.Independent(index, like);
    }
}
