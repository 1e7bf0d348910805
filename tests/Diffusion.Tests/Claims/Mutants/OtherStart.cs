using Diffusion.Studies.HTransform;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>A start from N(0, σ²) for one from the target convolved with it.</summary>
public sealed class OtherStart(HTransformOptions options) : HTransformStudy(options with { Start = StartLaw.Gaussian });
