namespace Diffusion.Experiments.Judging;

/// <summary>What would decide a claim.</summary>
/// <param name="Text">In words.</param>
/// <param name="Repeats">How many repeats in all; null where it is not repeats that are missing.</param>
public sealed record Remedy(string Text, int? Repeats = null);
