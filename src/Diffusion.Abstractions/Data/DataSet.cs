using static TorchSharp.torch;

namespace Diffusion;

/// <summary>Data in memory.</summary>
/// <param name="Description">What they are.</param>
/// <param name="Train">Rows to learn from, float64, shape (N, …).</param>
/// <param name="Reference">
/// Rows to compare samples with, float64, shape (M, …). The same tensor as <paramref name="Train"/> where the rows themselves are the
/// distribution to reproduce, a fresh draw where they are a sample of it.
/// </param>
public sealed record DataSet(DataDescription Description, Tensor Train, Tensor Reference);
