namespace Diffusion.Experiments.Comparing;

/// <summary>How an axis differs between two sweeps.</summary>
/// <param name="Path">The axis.</param>
/// <param name="OnlyInFirst">Values that the first alone has; null where it has no such axis.</param>
/// <param name="OnlyInSecond">Values that the second alone has; null where it has no such axis.</param>
public sealed record AxisDifference(string Path, IReadOnlyList<string>? OnlyInFirst, IReadOnlyList<string>? OnlyInSecond);
