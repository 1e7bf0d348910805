namespace Diffusion.Experiments.Claims;

/// <summary>A value with its weight in a sum.</summary>
/// <param name="Coefficient">The weight.</param>
/// <param name="Configuration">Whose value it is.</param>
/// <param name="Metric">The value, as tables call it.</param>
/// <param name="IsExactSampler">Whether it is what an exact sampler would score in the configuration's place.</param>
public sealed record ContrastTerm(double Coefficient, ClaimedConfiguration Configuration, string Metric, bool IsExactSampler = false);
