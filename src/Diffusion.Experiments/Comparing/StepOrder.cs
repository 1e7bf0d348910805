using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Comparing;

/// <summary>The order observed between two step counts: log(e₁/e₂)/log(n₂/n₁).</summary>
/// <param name="From">The smaller number of steps, n₁.</param>
/// <param name="To">The larger one, n₂.</param>
/// <param name="Order">The order, the mean over repeats.</param>
/// <param name="Interval">Its 95 % interval; null where there is none.</param>
public sealed record StepOrder(int From, int To, double Order, Interval? Interval);
