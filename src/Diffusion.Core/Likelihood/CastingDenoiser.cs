using Diffusion.Core.Contracts;

using static TorchSharp.torch;

namespace Diffusion.Core.Likelihood;

/// <summary>A model of another type or device behind float64 states on the CPU. Differentiable where the model is.</summary>
internal sealed class CastingDenoiser(IDenoiser model, ScalarType dtype, Device device) : IDenoiser
{
    public Prediction Predict(Tensor x, NoiseLevels levels)
    {
        Prediction prediction = Returned.Predict(model, x.to(dtype).to(device), levels);
        return new Prediction(prediction.Kind, prediction.Value.to(CPU).to(x.dtype), x, levels);
    }
}
