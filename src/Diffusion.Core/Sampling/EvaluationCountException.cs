namespace Diffusion.Core.Sampling;

/// <summary>A solver called the denoiser more or less often than its traits declare, so every comparison against NFE would be wrong.</summary>
public sealed class EvaluationCountException(string solver, int declared, int counted)
    : Exception($"{solver} declares {declared} denoiser calls for this run but made {counted}; correct its SolverTraits.");
