using static TorchSharp.torch;

namespace Diffusion;

/// <summary>Noisy data and what a model and the exact law make of them. All float64 on the CPU, in the units of the rows.</summary>
/// <param name="Clean">x_0, shape (N, …).</param>
/// <param name="Noisy">x_t = α x_0 + σ ε, shape (N, …), rounded to the type in which the model is evaluated.</param>
/// <param name="Estimate">D, the model's denoised estimate, shape (N, …).</param>
/// <param name="Exact">D* = E[x_0 | x_t], shape (N, …).</param>
/// <param name="LogDensity">log p_t(x_t), the exact log-density of the noisy data in nats, shape (N).</param>
public sealed record DenoisedRows(Tensor Clean, Tensor Noisy, Tensor Estimate, Tensor Exact, Tensor LogDensity);
