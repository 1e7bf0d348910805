namespace Diffusion.Experiments.Components;

/// <summary>A condition on cells of a sweep: what stands at a path is one of some values.</summary>
/// <param name="Path">The path, as an axis is called.</param>
/// <param name="Values">Values in short, as axes label them; * stands for anything.</param>
public sealed record CellCondition(string Path, IReadOnlyList<string> Values);
