using static TorchSharp.torch;

namespace Diffusion;

/// <summary>What a metric compares.</summary>
public sealed record MetricInput
{
    /// <summary>Generated samples, float64, shape (N, …).</summary>
    public required Tensor Samples { get; init; }

    /// <summary>Reference rows, float64, shape (M, …), in the same units.</summary>
    public required Tensor Reference { get; init; }

    /// <summary>What the data are.</summary>
    public required DataDescription Data { get; init; }

    /// <summary>Randomness that is the same for all cells of a sweep (projection directions, say), so that cells are compared alike.</summary>
    public required INoiseSource Randomness { get; init; }
}
