using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Studies.HTransform;

/// <summary>Options of <see cref="HTransformStudy"/>.</summary>
public sealed record HTransformOptions : ComponentOptions
{
    /// <summary>σ.</summary>
    [Range(0.0, 1000, MinimumIsExclusive = true)]
    [Description("sigma, the size of the noise.")]
    public double Sigma { get; init; } = 1;

    /// <summary>What paths start from.</summary>
    [Description("What paths start from: exact (the target convolved with N(0, sigma^2)) or gaussian (N(0, sigma^2 I), which is not what "
        + "the theorem asks for).")]
    public StartLaw Start { get; init; } = StartLaw.Exact;

    /// <summary>Euler-Maruyama steps.</summary>
    [Range(4, 100_000)]
    [Description("Euler-Maruyama steps from 0 to 1; a multiple of 4 has all kept times among its own.")]
    public int Steps { get; init; } = 400;

    /// <summary>Simulated paths.</summary>
    [Range(100, 10_000_000)]
    [Description("Simulated paths.")]
    public int Paths { get; init; } = 20_000;
}
