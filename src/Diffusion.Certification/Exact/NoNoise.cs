using static TorchSharp.torch;

namespace Diffusion.Certification;

/// <summary>The noise source of a deterministic method: every draw is an error.</summary>
public sealed class NoNoise : INoiseSource
{
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public Tensor BrownianIncrement(NoiseLevel from, NoiseLevel to, Tensor like) =>
        throw new InvalidOperationException("A method that declares itself deterministic drew noise.");

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public Tensor Independent(long index, Tensor like) =>
        throw new InvalidOperationException("A method that declares itself deterministic drew noise.");
}
