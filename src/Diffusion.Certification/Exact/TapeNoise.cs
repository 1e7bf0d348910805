using static TorchSharp.torch;

namespace Diffusion.Certification;

/// <summary>Noise from a list: the first draw gets the first entry, and so on, whatever place on the path it is for.</summary>
/// <param name="draw">Entry n for a state of the given shape and type, shape of that state.</param>
public sealed class TapeNoise(Func<int, Tensor, Tensor> draw) : INoiseSource
{
    /// <summary>How many draws were made.</summary>
    public int Draws { get; private set; }

    /// <inheritdoc/>
    public Tensor BrownianIncrement(NoiseLevel from, NoiseLevel to, Tensor like) => draw(Draws++, like);

    /// <inheritdoc/>
    public Tensor Independent(long index, Tensor like) => draw(Draws++, like);
}
