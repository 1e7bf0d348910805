using Diffusion.Core.Contracts;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Core.Likelihood;

/// <summary>A model of another type or device behind float64 states on the CPU. Differentiable where the model is.</summary>
internal sealed class CastingDenoiser(IDenoiser model, ScalarType dtype, Device device) : IDenoiser
{
    /// <summary>A model as it is, or behind a cast where it is evaluated in another type or elsewhere.</summary>
    public static IDenoiser Around(IDenoiser model, ScalarType dtype, Device device) =>
        dtype == ScalarType.Float64 && device.type == DeviceType.CPU ? model : new CastingDenoiser(model, dtype, device);

    public Prediction Predict(Tensor x, NoiseLevels levels)
    {
        Prediction prediction = Returned.Predict(model, x.to(dtype).to(device), levels);
        return new Prediction(prediction.Kind, prediction.Value.to(CPU).to(x.dtype), x, levels);
    }
}
