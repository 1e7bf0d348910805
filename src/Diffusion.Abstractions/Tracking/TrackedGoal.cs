namespace Diffusion;

/// <summary>The metric by which the runs of an experiment are compared first.</summary>
/// <param name="Metric">The key of its points.</param>
/// <param name="GreaterIsBetter">Whether larger values are better ones.</param>
public sealed record TrackedGoal(string Metric, bool GreaterIsBetter);
