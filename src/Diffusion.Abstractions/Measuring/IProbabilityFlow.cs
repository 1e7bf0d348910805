using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// The probability-flow ODE of a model between the noisiest level of a run and its cleanest: an invertible map between noise and data, with the
/// density that it gives to data.
/// </summary>
/// <remarks>
/// dx/dt = u = f x − ½ g² s and log p_0(x_0) = log p_T(x_T) + ∫₀ᵀ div u dt (Song et al. 2021, section 4.3; Chen et al. 2018). Data count as
/// states of the cleanest level, whose small noise is part of the model. States are float64 on the CPU; every sample has its own steps.
/// </remarks>
public interface IProbabilityFlow
{
    /// <summary>The process.</summary>
    NoiseSchedule Schedule { get; }

    /// <summary>The level that data count as.</summary>
    NoiseLevel Cleanest { get; }

    /// <summary>The level where sampling starts.</summary>
    NoiseLevel Noisiest { get; }

    /// <summary>The latent of every sample: data (B, …) carried to the noisiest level.</summary>
    /// <param name="data">Samples, shape (B, …).</param>
    /// <param name="tolerance">Relative and absolute tolerance of a step.</param>
    Tensor Encode(Tensor data, double tolerance);

    /// <summary>The data of every latent: states (B, …) carried from the noisiest level to the cleanest.</summary>
    /// <param name="latents">States, shape (B, …).</param>
    /// <param name="tolerance">Relative and absolute tolerance of a step.</param>
    Tensor Decode(Tensor latents, double tolerance);

    /// <summary>The log-likelihood of data, shape (B, …); <see cref="FlowLikelihood.End"/> are their latents.</summary>
    FlowLikelihood LogLikelihood(Tensor data, LikelihoodSettings settings);

    /// <summary>The log-likelihood of the data that latents, shape (B, …), decode to; <see cref="FlowLikelihood.End"/> are these data.</summary>
    FlowLikelihood LogLikelihoodOfLatents(Tensor latents, LikelihoodSettings settings);
}
