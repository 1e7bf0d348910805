using static TorchSharp.torch;

namespace Diffusion;

/// <summary>Data in memory.</summary>
/// <param name="Description">What they are.</param>
/// <param name="Train">Rows to learn from, float64, shape (N, …).</param>
/// <param name="Reference">Rows to compare samples with, float64, shape (M, …); may be the same tensor.</param>
public sealed record DataSet(DataDescription Description, Tensor Train, Tensor Reference);
