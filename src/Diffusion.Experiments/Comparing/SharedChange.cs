using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Comparing;

/// <summary>A difference of configuration that pairs of cells have in common.</summary>
/// <param name="Change">The difference.</param>
/// <param name="Cells">In how many pairs.</param>
public sealed record SharedChange(CompositionChange Change, int Cells);
