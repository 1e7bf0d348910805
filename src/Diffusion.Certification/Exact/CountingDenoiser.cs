using static TorchSharp.torch;

namespace Diffusion.Certification;

/// <summary>Counts what a method asks of a denoiser.</summary>
/// <param name="inner">Who answers.</param>
public sealed class CountingDenoiser(IDenoiser inner) : IDenoiser
{
    /// <summary>How often it was called.</summary>
    public int Calls { get; private set; }

    /// <summary>How many samples were evaluated over all calls.</summary>
    public long Samples { get; private set; }

    /// <inheritdoc/>
    public Prediction Predict(Tensor x, NoiseLevels levels)
    {
        Calls++;
        Samples += x.shape[0];
        return inner.Predict(x, levels);
    }
}
