using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Planning;

/// <summary>The settings of a manifest's <c>sweep</c> beside its space.</summary>
internal sealed record SweepSection
{
    /// <summary>How often each combination runs.</summary>
    [Range(1, RepeatNumber.MostSampling)]
    [Description("How often each combination runs: a number of repeats, each with noise of its own, from one trained network; or { \"sampling\": number, "
        + "\"training\": number }, which trains so many networks with seeds of their own and samples each so many times.")]
    public RepeatCounts Repeats { get; init; } = new(1);
}
