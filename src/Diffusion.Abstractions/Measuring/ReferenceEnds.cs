using static TorchSharp.torch;

namespace Diffusion;

/// <summary>Ends of reference paths, float64 on the CPU.</summary>
/// <param name="States">The ends, shape (N, …).</param>
/// <param name="Coarser">
/// The ends of the same paths computed less finely, at ten times the tolerance or in half the steps, shape (N, …): how far they are from
/// <paramref name="States"/> tells what the reference's own error is of the order of.
/// </param>
public sealed record ReferenceEnds(Tensor States, Tensor Coarser);
