namespace Diffusion.Certification;

/// <summary>A schedule's values at one time, computed to 50 digits and rounded; null where infinite or undefined.</summary>
/// <param name="T">The time.</param>
/// <param name="Alpha">α.</param>
/// <param name="Sigma">σ.</param>
/// <param name="HalfLogSnr">λ = log(α/σ).</param>
/// <param name="Drift">f.</param>
/// <param name="DiffusionSquared">g².</param>
public sealed record ScheduleReferenceRow(double T, double? Alpha, double? Sigma, double? HalfLogSnr, double? Drift, double? DiffusionSquared);
