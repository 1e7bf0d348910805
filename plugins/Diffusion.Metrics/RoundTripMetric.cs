using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>Options of <see cref="RoundTripMetric"/>.</summary>
public sealed record RoundTripOptions : ComponentOptions
{
    [Description("Error allowed in a step of the flow, relative and absolute.")]
    [Range(1e-13, 0.1)]
    public double Tolerance { get; init; } = 1e-5;

    [Description("Reference rows to encode, from the first; 0 takes all.")]
    [Range(0, int.MaxValue)]
    public int Rows { get; init; } = 1024;
}

/// <summary>How far reference rows are from themselves after encoding to noise and decoding again. In the data's unit of length.</summary>
/// <remarks>
/// The probability flow is invertible, so that the distance measures the integration alone: how stiff the model makes the flow at this
/// tolerance. Reported as the mean Euclidean distance. A second value, <c>latent-norm</c>, is the mean of |‖x_T‖²/(D σ_T²) − 1|, which
/// says how far latents lie from the shell where the sampler's starts lie.
/// </remarks>
[Component(ComponentKind.Metric, "round-trip",
    "The distance of reference rows from themselves after encoding to noise and decoding along the probability flow.",
    Reference = "Song et al. 2021, appendix D.3", Aliases = ["encode-decode"])]
public sealed class RoundTripMetric(RoundTripOptions options) : IMetric
{
    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(MetricSetting setting) => [DeclaredValue.Sampled("round-trip"), DeclaredValue.Sampled("latent-norm")];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is no model.</exception>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        using DisposeScope scope = NewDisposeScope();
        IProbabilityFlow flow = input.RequireFlow("round-trip");
        Tensor rows = input.ReferenceRows(options.Rows);
        Tensor latents = flow.Encode(rows, options.Tolerance);
        Tensor difference = (flow.Decode(latents, options.Tolerance) - rows).reshape(rows.shape[0], -1);
        double[] distances = difference.square().sum(dim: 1).sqrt().data<double>().ToArray();
        double variance = flow.Noisiest.Sigma * flow.Noisiest.Sigma;
        double[] norms = latents.reshape(rows.shape[0], -1).square().mean([1]).div_(variance).sub_(1).abs().data<double>().ToArray();
        return [distances.ToMetric("round-trip"), norms.ToMetric("latent-norm")];
    }
}
