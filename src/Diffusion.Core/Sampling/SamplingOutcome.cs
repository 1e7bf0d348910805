using static TorchSharp.torch;

namespace Diffusion.Core.Sampling;

/// <summary>What came out of one batch.</summary>
/// <param name="State">The state at the last level, shape (B, …).</param>
/// <param name="Evaluations">NFE: denoiser calls counted.</param>
/// <param name="Trajectory">The state at every level, the start included; empty unless asked for.</param>
public sealed record SamplingOutcome(Tensor State, int Evaluations, IReadOnlyList<Tensor> Trajectory);
