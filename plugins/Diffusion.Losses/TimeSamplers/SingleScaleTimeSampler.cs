using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Losses;

/// <summary>Options of <see cref="SingleScaleTimeSampler"/>.</summary>
public sealed record SingleScaleTimeSamplerOptions : ComponentOptions
{
    /// <summary>σ̂.</summary>
    [Description("The noise scale sigma/alpha; within the range of the schedule that is trained on.")]
    [Range(0.0, 1e9, MinimumIsExclusive = true)]
    public double Sigma { get; init; } = 0.1;
}

/// <summary>One noise scale for all of training: score matching on data with one width of noise, as before there were scales.</summary>
/// <remarks>σ̂ = σ/α is the same for every sample. Vincent 2011 trains so; the model is of use near that scale only.</remarks>
[Component(ComponentKind.TimeSampler, "single-scale", "One noise scale sigma/alpha",
    Reference = "Vincent 2011, doi:10.1162/NECO_a_00142")]
public sealed class SingleScaleTimeSampler(SingleScaleTimeSamplerOptions options) : ITimeSampler
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The scale is outside the schedule's range.</exception>
    public double Time(double u, NoiseSchedule schedule) => NoiseScale.TimeAt(options.Sigma, schedule, "single-scale");
}
