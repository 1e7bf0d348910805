using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="RectifiedFlowSchedule"/>.</summary>
public sealed record RectifiedFlowOptions : ComponentOptions
{
    [Description("T, the time at which the process counts as noise. At 1 nothing of the data is left (α = 0), where only grids uniform in time and models that predict data or velocity can start.")]
    [Range(0.5, 1)]
    public double Horizon { get; init; } = 1;

    [Description("The time nearest to the data that a grid visits before its last step.")]
    [Range(0, 0.5, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double MinimumTime { get; init; } = 1e-3;
}

/// <summary>The straight path from data to noise of rectified flow and conditional flow matching.</summary>
/// <remarks>
/// Liu et al. 2022, "Flow straight and fast", eq. 1; Lipman et al. 2023, "Flow matching for generative modeling", example II. Our time runs
/// from data to noise:  α = 1 − t,  σ = t,  f = −1/(1 − t),  g² = 2t/(1 − t),  λ = log((1 − t)/t).
/// </remarks>
[Component(ComponentKind.Schedule, "rectified-flow", "The straight path alpha = 1 - t, sigma = t",
    Reference = "Liu et al. 2022, eq. 1")]
public sealed class RectifiedFlowSchedule(RectifiedFlowOptions options) : NoiseSchedule
{
    /// <inheritdoc/>
    public override double Horizon => options.Horizon;

    /// <inheritdoc/>
    public override double MinimumTime => options.MinimumTime;

    /// <inheritdoc/>
    public override NoiseLevel At(double t) => new(t, 1 - t, t);

    /// <inheritdoc/>
    public override double Drift(double t) => -1 / (1 - t);

    /// <inheritdoc/>
    public override double DiffusionSquared(double t) => 2 * t / (1 - t);

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr) => 1 / (1 + Math.Exp(halfLogSnr));

    /// <summary>dα/dt = −1, also at t = 1, where f is infinite.</summary>
    public override double AlphaRate(double t) => -1;

    /// <summary>dσ/dt = 1, also at both ends, where the general form is undefined.</summary>
    public override double SigmaRate(double t) => 1;
}
