using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Studies.Forward;

/// <summary>Options of <see cref="KramersMoyalStudy"/>.</summary>
public sealed record KramersMoyalOptions : ComponentOptions
{
    /// <summary>The process.</summary>
    [Description("The process: double-well or geometric-brownian, which diffuse, or compound-poisson, which jumps.")]
    public ForwardDynamics Process { get; init; } = ForwardDynamics.DoubleWell;

    /// <summary>The state at which coefficients are measured.</summary>
    [Range(0.1, 10)]
    [Description("The state at which coefficients are measured.")]
    public double State { get; init; } = 0.5;

    /// <summary>The time over which increments are taken.</summary>
    [Range(1e-6, 1)]
    [Description("The time over which increments are taken.")]
    public double Lag { get; init; } = 0.005;

    /// <summary>Simulated increments.</summary>
    [Range(1000, 100_000_000)]
    [Description("Simulated increments.")]
    public int Paths { get; init; } = 1_000_000;
}
