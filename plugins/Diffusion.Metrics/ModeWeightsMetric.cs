using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>How much of the samples each component of the data has, where the data are a known Gaussian mixture.</summary>
/// <remarks>
/// The mean over samples of the posterior probability of component k,
/// <code>
/// r_k(x) = w_k N(x; μ_k, C_k) / Σ_j w_j N(x; μ_j, C_j)
/// </code>
/// with its standard error over samples. Samples of the mixture have w_k on average, whether or not the components overlap; a boundary between them would
/// count what lies beyond it wrongly. In any dimension; <c>exact-law</c> computes the same of the sampler's law where that is known.
/// </remarks>
[Component(ComponentKind.Metric, "mode-weights", "The share of the samples that each component of the data has, by posterior probabilities.",
    Reference = "Song & Ermon 2019, figure 3")]
public sealed class ModeWeightsMetric : IMetric
{
    /// <inheritdoc/>
    public bool MeasuresSamples => true;

    /// <inheritdoc/>
    public string? Objection(MetricSetting setting) => setting.Data.Mixture is null
        ? $"needs data whose components are known, a Gaussian mixture, and those of the data '{setting.Data.Name}' are not"
        : null;

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue>? Declare(MetricSetting setting) => setting.Data.Mixture is { } mixture
        ? [.. Enumerable.Range(1, mixture.Components.Count).Select(k => DeclaredValue.Sampled(Name(k)))]
        : null;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The data are no known mixture.</exception>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        GaussianMixture mixture = input.Data.Mixture
            ?? throw new ArgumentException($"The data '{input.Data.Name}' are no known mixture, so mode-weights has no components to tell apart.");
        using DisposeScope scope = NewDisposeScope();
        double[] points = input.Samples.reshape(input.Samples.shape[0], -1).contiguous().data<double>().ToArray();
        double[] all = mixture.LogDensity(points);
        return [.. mixture.Components.Select((component, k) =>
        {
            double[] own = new GaussianMixture([component]).LogDensity(points);
            double logWeight = Math.Log(component.Weight);
            // Far from all components neither density can be represented, but their ratio can.
            return own.Zip(all, (one, sum) => Math.Exp(logWeight + one - sum)).ToArray().ToMetric(Name(k + 1)) with
            {
                Goal = MetricGoal.Near(component.Weight),
            };
        })];
    }

    private static string Name(int number) => FormattableString.Invariant($"mode-weight-{number}");
}
