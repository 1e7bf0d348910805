namespace Diffusion.Core.Laws;

/// <summary>A place between two smooth parts of a density.</summary>
/// <param name="Place">Where it is.</param>
/// <param name="IsSingular">Whether the density has no bound there, as 1/√|x| at 0: the image of a turning point of a map.</param>
public readonly record struct LawBreak(double Place, bool IsSingular);
