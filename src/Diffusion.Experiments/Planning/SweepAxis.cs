namespace Diffusion.Experiments.Planning;

/// <summary>One axis of a sweep.</summary>
/// <param name="Path">The path in the manifest that it varies.</param>
/// <param name="Labels">Its values in short, in order; no two are equal.</param>
public sealed record SweepAxis(string Path, IReadOnlyList<string> Labels);
