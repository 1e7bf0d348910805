using static TorchSharp.torch;

namespace Diffusion.Experiments.Working;

/// <summary>Reference rows that cells share.</summary>
/// <param name="Rows">Float64, shape (M, …).</param>
internal sealed record ReferenceRows(Tensor Rows)
{
    /// <summary>What metrics have worked out from them.</summary>
    public ReferenceMemory Memory { get; } = new();
}
