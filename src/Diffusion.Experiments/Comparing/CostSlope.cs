using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Comparing;

/// <summary>A range of costs in which a configuration's value goes as a power of the cost.</summary>
/// <param name="Name">The configuration.</param>
/// <param name="Exponent">The power, the mean over repeats.</param>
/// <param name="Interval">Its 95 % interval; null where there is none.</param>
/// <param name="Range">The costs.</param>
/// <param name="Points">How many budgets lie in the range.</param>
/// <param name="Repeats">The repeats that all of these have.</param>
public sealed record CostSlope(string Name, double Exponent, Interval? Interval, Interval Range, int Points, int Repeats);
