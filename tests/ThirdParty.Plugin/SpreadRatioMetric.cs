using Diffusion;

using static TorchSharp.torch;

namespace ThirdParty.Plugin;

/// <summary>|std(samples) / std(reference) − 1|.</summary>
public sealed class SpreadRatioMetric(ReferenceSpreads spreads, CellNotes notes) : IMetric
{
    /// <inheritdoc/>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        notes.Add();
        return [new(
            "spread-ratio", Math.Abs((input.Samples.std().item<double>() / spreads.Spread(input.Data, input.Reference)) - 1), null, input.Samples.shape[0])];
    }
}
