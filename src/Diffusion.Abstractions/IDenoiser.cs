using static TorchSharp.torch;

namespace Diffusion;

/// <summary>What a solver calls: one call is one function evaluation (NFE).</summary>
public interface IDenoiser
{
    /// <summary>Evaluates at the state <paramref name="x"/>, shape (B, …), whose samples have the noise of <paramref name="levels"/>.</summary>
    /// <remarks>Returns fresh tensors and disposes nothing that it was given; temporaries belong to the caller's dispose scope.</remarks>
    Prediction Predict(Tensor x, NoiseLevels levels);
}
