using static TorchSharp.torch;

namespace Diffusion.ScoreModels.UNet;

/// <summary>Dropout whose masks follow from a seed and the number of masks drawn before, whatever other threads draw.</summary>
/// <param name="share">Share of the activations that become 0; the others are divided by 1 − share.</param>
/// <param name="seed">The seed.</param>
internal sealed class DropoutMasks(double share, ulong seed) : IDisposable
{
    private Generator? _generator;

    /// <summary>Drops a share of the activations.</summary>
    public Tensor Apply(Tensor activations)
    {
        if (share == 0)
            return activations;
        // Where the activations are, which is known at the first step.
        _generator ??= new Generator(seed, activations.device);
        Tensor kept = rand(activations.shape, activations.dtype, activations.device, generator: _generator).ge(share).to(activations.dtype);
        return activations * (kept / (1 - share));
    }

    /// <summary>Frees the generator.</summary>
    public void Dispose() => _generator?.Dispose();
}
