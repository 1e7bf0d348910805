using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Comparing;

/// <summary>A configuration at one cost.</summary>
/// <param name="Name">The configuration.</param>
/// <param name="Budget">Its steps or its budget, as the axis says; "" where no axis does.</param>
/// <param name="Cost">What it costs, the mean over repeats.</param>
/// <param name="Estimate">What it reaches.</param>
/// <param name="AsGood">Points that cost no more and that the common repeats do not tell apart from it.</param>
public sealed record CostPoint(string Name, string Budget, double Cost, Estimate Estimate, IReadOnlyList<string> AsGood);
