using static TorchSharp.torch;

namespace Diffusion.Core.Laws;

/// <summary>Noise of one value everywhere, with a count of how often a step asked for it: what a step makes of its noise shows in its outcome.</summary>
internal sealed class StatedNoise(double value) : INoiseSource
{
    /// <summary>How often noise was asked for.</summary>
    public int Asked { get; private set; }

    public Tensor BrownianIncrement(NoiseLevel from, NoiseLevel to, Tensor like) => Stated(like);

    public Tensor BrownianIncrement(IReadOnlyList<int> samples, NoiseLevels from, NoiseLevels to, Tensor like) => Stated(like);

    public Tensor Independent(long index, Tensor like) => Stated(like);

    private Tensor Stated(Tensor like)
    {
        Asked++;
        return full_like(like, value);
    }
}
