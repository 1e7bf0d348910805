using static TorchSharp.torch;

namespace Diffusion;

/// <summary>Log-likelihoods along a probability flow.</summary>
/// <param name="LogDensity">log p of every sample at the flow's cleanest level, in nats. Float64, shape (B).</param>
/// <param name="End">Where the samples are carried, shape (B, …).</param>
/// <param name="StandardError">Standard error of every entry over the probes, shape (B); null where there are not two or more.</param>
/// <param name="Evaluations">Model calls a sample.</param>
public sealed record FlowLikelihood(Tensor LogDensity, Tensor End, Tensor? StandardError, double Evaluations);
