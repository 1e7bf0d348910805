using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Studies.TimeReversal;

/// <summary>Options of <see cref="TimeReversalStudy"/>.</summary>
public sealed record TimeReversalOptions : ComponentOptions
{
    /// <summary>The process.</summary>
    [Description("The process that is reversed: ornstein-uhlenbeck (constant noise), growing-noise (noise that depends on time), geometric-brownian (noise "
        + "that depends on the state) or double-well (Langevin from its stationary law).")]
    public ReversedProcessKind Process { get; init; }

    /// <summary>T.</summary>
    [Range(0.0, 20, MinimumIsExclusive = true)]
    [Description("T, the time from which the process is run back.")]
    public double Horizon { get; init; } = 1;

    /// <summary>Euler-Maruyama steps.</summary>
    [Range(2, 100_000)]
    [Description("Euler-Maruyama steps from T back to 0, an even number.")]
    public int Steps { get; init; } = 400;

    /// <summary>Simulated paths.</summary>
    [Range(100, 10_000_000)]
    [Description("Simulated paths.")]
    public int Paths { get; init; } = 40_000;
}
