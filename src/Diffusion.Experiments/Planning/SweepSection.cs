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
        + "\"training\": number }, which trains so many networks with seeds of their own and samples each so many times; or { \"until\": \"decided\", "
        + "\"atMost\": number }, which judges the claims of 'expect' after 8, 12, 18, 27 … repeats and goes on only with the combinations whose claims are "
        + "still undecided.")]
    public RepeatCounts Repeats { get; init; } = new(1);
}
