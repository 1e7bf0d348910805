namespace Diffusion.Core.Sampling;

/// <summary>A reverse process to integrate: what is evaluated, along which path, where to stop, by which method.</summary>
/// <param name="Denoiser">The score model.</param>
/// <param name="Schedule">The process.</param>
/// <param name="Levels">Grid levels, noisiest first, at least two.</param>
/// <param name="Solver">The method.</param>
public sealed record SamplingProblem(IDenoiser Denoiser, NoiseSchedule Schedule, IReadOnlyList<NoiseLevel> Levels, ISolver Solver);
