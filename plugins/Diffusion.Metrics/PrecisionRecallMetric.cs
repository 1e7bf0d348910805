namespace Diffusion.Metrics;

/// <summary>
/// Precision, the share of samples within the reference's support, and recall, the share of reference rows within the samples' support. No unit, between 0 and
/// 1.
/// </summary>
/// <remarks>
/// A support is the union of balls around its points, each reaching to the point's k-th nearest neighbour in its own set (Kynkäänniemi et al. 2019, equations 1
/// and 2, with k = 3 there). Precision falls when samples lie where there are no data, recall when data lie where there are no samples. Both say little of how
/// much mass is where: a sampler that favours some modes has full precision and recall as long as every mode has some samples, and samples that keep to the
/// densest regions have a precision above an exact sampler's.
/// <para>
/// Standard errors by the jackknife over both sets, leaving out one point at a time, exactly: too large rather than too small, by a factor of 1.2 to 2.5 and
/// more where nearly all points are covered (docs/metrics.md). O((N + M)² D) time, O((N + M) k) memory.
/// </para>
/// </remarks>
[Component(ComponentKind.Metric, "precision-recall",
    "Precision and recall: samples within the reference's support, reference rows within the samples' support. Time grows as N².",
    Reference = "Kynkäänniemi et al. 2019, Improved Precision and Recall Metric for Assessing Generative Models")]
[Variant("neighbours=3")]
public sealed class PrecisionRecallMetric(NeighbourOptions options) : IMetric
{
    /// <inheritdoc/>
    public bool MeasuresSamples => true;

    /// <inheritdoc/>
    public string? Objection(MetricSetting setting) => setting.Samples > options.Neighbours
        ? options.ReferenceObjection(setting)
        : FormattableString.Invariant($"needs more samples than {options.Neighbours} neighbours; there are {setting.Samples}");

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(MetricSetting setting) => [DeclaredValue.Sampled("precision"), DeclaredValue.Sampled("recall")];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The dimensions of samples and reference differ, or there are fewer points than neighbours.</exception>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        (PointSet x, PointSet y) = PointSet.Both(input);
        if (x.Count <= options.Neighbours)
            throw new ArgumentException($"precision-recall needs more than {options.Neighbours} samples; there are {x.Count}.");
        NeighbourBalls ofReference = options.BallsOfReference(input, y);
        if (!x.IsFinite)
            return [Value("precision", null), Value("recall", null)];

        var precision = CoveredShare.Estimate(x, ofReference);
        var recall = CoveredShare.Estimate(y, new(x, options.Neighbours));
        return
        [
            Value("precision", precision, precision.VarianceOfPoints, precision.VarianceOfCentres),
            Value("recall", recall, recall.VarianceOfCentres, recall.VarianceOfPoints),
        ];

        // Rows that are the target itself are not uncertain.
        MetricValue Value(string name, CoveredShare? share, double? ofSamples = null, double? ofReference = null)
        {
            double? variance = ofSamples + (input.ReferenceIsPopulation ? 0 : ofReference);
            return new(name, share?.Value ?? double.NaN, variance is { } known ? Math.Sqrt(known) : null, x.Count) { Goal = MetricGoal.Larger };
        }
    }
}
