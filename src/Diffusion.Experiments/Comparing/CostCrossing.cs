using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Comparing;

/// <summary>The cost at which one configuration overtakes another.</summary>
/// <param name="Below">The one that is better below.</param>
/// <param name="Above">The one that is better above.</param>
/// <param name="At">The cost at which the means cross.</param>
/// <param name="Interval">The 95 % interval of that cost, wider by <paramref name="Interpolation"/> on either side.</param>
/// <param name="Interpolation">
/// What interpolation between budgets may err: twice what the crossing moves by where curves are monotone cubics rather than straight lines. Null where one of
/// the curves has two budgets alone, which do not tell.
/// </param>
/// <param name="Range">Where this is said: up to the crossings before and after, and no further than both have run.</param>
/// <param name="Repeats">The common repeats.</param>
public sealed record CostCrossing(string Below, string Above, double At, Interval Interval, double? Interpolation, Interval Range, int Repeats);
