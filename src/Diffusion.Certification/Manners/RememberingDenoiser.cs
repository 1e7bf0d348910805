using static TorchSharp.torch;

namespace Diffusion.Certification.Manners;

/// <summary>A model that remembers what it has emitted.</summary>
internal sealed class RememberingDenoiser(IDenoiser model) : IDenoiser
{
    private readonly List<Tensor> _emitted = [];

    /// <summary>The tensors that it emitted.</summary>
    public IReadOnlyList<Tensor> Emitted => _emitted;

    public Prediction Predict(Tensor x, NoiseLevels levels)
    {
        Prediction prediction = model.Predict(x, levels);
        _emitted.Add(prediction.Value);
        return prediction;
    }
}
