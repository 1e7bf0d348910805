using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Studies.Forward;

/// <summary>Options of <see cref="ForwardProcessStudy"/>.</summary>
public sealed record ForwardProcessOptions : ComponentOptions
{
    /// <summary>The process.</summary>
    [Description("The process: schedule (that of the manifest, dx = f x dt + g dW from 1), double-well, rotating-ornstein-uhlenbeck, geometric-brownian, "
        + "langevin (position and velocity).")]
    public ForwardDynamics Process { get; init; }

    /// <summary>The last kept time; null is the schedule's horizon, or 1.</summary>
    [Range(0.0, 1000, MinimumIsExclusive = true)]
    [Description("The last kept time; by default the schedule's horizon, and 1 where there is no schedule.")]
    public double? Until { get; init; }

    /// <summary>Euler-Maruyama steps.</summary>
    [Range(4, 100_000)]
    [Description("Euler-Maruyama steps; a multiple of 4 has all kept times among its own.")]
    public int Steps { get; init; } = 400;

    /// <summary>Simulated paths.</summary>
    [Range(100, 10_000_000)]
    [Description("Simulated paths.")]
    public int Paths { get; init; } = 20_000;
}
