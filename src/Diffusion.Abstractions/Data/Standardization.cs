namespace Diffusion;

/// <summary>original = mean + scale · standardised, one number a dimension.</summary>
/// <param name="Mean">Mean of each dimension in its own unit.</param>
/// <param name="Scale">Standard deviation of each dimension in its own unit.</param>
public sealed record Standardization(IReadOnlyList<double> Mean, IReadOnlyList<double> Scale);
