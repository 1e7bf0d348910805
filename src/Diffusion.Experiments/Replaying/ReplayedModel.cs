using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Replaying;

/// <summary>A model that cells were computed again with.</summary>
/// <param name="Cell">A cell that needs it.</param>
/// <param name="IsTrained">Whether it was trained anew rather than taken from the store.</param>
/// <param name="DigestBefore">SHA-256 of the stored weights; null when the store does not have them.</param>
/// <param name="Deviation">How the new weights differ from the stored ones; null when they are the same, or there is nothing to compare.</param>
public sealed record ReplayedModel(ExperimentCell Cell, bool IsTrained, string? DigestBefore, Deviation? Deviation);
