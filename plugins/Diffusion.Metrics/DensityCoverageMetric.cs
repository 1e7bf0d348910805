namespace Diffusion.Metrics;

/// <summary>
/// Density, how many balls of the reference a sample lies in over how many are expected, and coverage, the share of the reference's balls that contain any
/// sample. No unit.
/// </summary>
/// <remarks>
/// A ball around each of M reference rows reaches to its k-th nearest neighbour among the rows (Naeem et al. 2020, equations 4 and 5):
/// <code>
/// density = 1/(k N) Σ_i Σ_j 1[x_i in B_j],   coverage = 1/M Σ_j 1[any x_i in B_j]
/// </code>
/// Of an exact sampler the mean density is 1 and the mean coverage is 1 − (M − 1)⋯(M − k)/((M + N − 1)⋯(M + N − k)), whatever the law (lemmas 1 and 2). A
/// density above 1 is that of samples that keep to the densest regions. Only reference rows have balls, so that a few samples far off do no harm, unlike in
/// recall.
/// <para>
/// Standard errors by the jackknife over both sets, leaving out one point at a time, exactly: too large rather than too small, here by a factor of 1.2 to 2.5
/// (docs/metrics.md). O((N + M) M D) time, O(M k + N) memory.
/// </para>
/// </remarks>
[Component(ComponentKind.Metric, "density-coverage",
    "Density and coverage: how densely samples lie in the reference's neighbourhoods, and how many of these contain a sample. Time grows as N².",
    Reference = "Naeem et al. 2020, Reliable Fidelity and Diversity Metrics for Generative Models")]
public sealed class DensityCoverageMetric(NeighbourOptions options) : IMetric
{
    /// <inheritdoc/>
    public bool MeasuresSamples => true;

    /// <inheritdoc/>
    public string? Objection(MetricSetting setting) => options.ReferenceObjection(setting);

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(MetricSetting setting) => [DeclaredValue.Sampled("density"), DeclaredValue.Sampled("coverage")];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The dimensions of samples and reference differ, or there are fewer reference rows than neighbours.</exception>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        (PointSet x, PointSet y) = PointSet.Both(input);
        NeighbourBalls balls = options.BallsOfReference(input, y);
        if (!x.IsFinite)
            return [Density(double.NaN, null), Coverage(double.NaN, null)];

        (long[] around, long[] inside) = BallCounts.Count(x, y, balls.SquaredRadii);
        double k = options.Neighbours, n = x.Count, m = y.Count;
        double total = around.Sum(), covered = inside.Count(count => count > 0);
        (double density, double coverage) = (total / (k * n), covered / m);
        if (x.Count == 1 || (!input.ReferenceIsPopulation && balls.WiderSquaredRadii is null))
            return [Density(density, null), Coverage(coverage, null)];

        int[] only = OnlyPoints(x, balls, inside);
        double ofDensity = Jackknife.Variance([.. around.Select(count => (total - count) / (k * (n - 1)))]);
        double ofCoverage = Jackknife.Variance([.. only.Select(count => (covered - count) / m)]);
        if (!input.ReferenceIsPopulation)
        {
            // Without a row its own ball is gone, and those of rows whose neighbour it was are wider.
            long[] wider = BallCounts.Count(x, y, balls.WiderSquaredRadii!).PointsInBall;
            double[] more = balls.ChangesWithout([.. wider.Zip(inside, (after, before) => (double)(after - before))]);
            double[] anew = balls.ChangesWithout([.. wider.Zip(inside, (after, before) => after > 0 && before == 0 ? 1.0 : 0)]);
            ofDensity += Jackknife.Variance([.. inside.Zip(more, (count, change) => (total - count + change) / (k * n))]);
            ofCoverage += Jackknife.Variance([.. inside.Zip(anew, (count, change) => (covered - (count > 0 ? 1 : 0) + change) / (m - 1))]);
        }

        return [Density(density, Math.Sqrt(ofDensity)), Coverage(coverage, Math.Sqrt(ofCoverage))];

        MetricValue Density(double value, double? error) => new("density", value, error, x.Count) { Goal = MetricGoal.Near(1) };
        MetricValue Coverage(double value, double? error) => new("coverage", value, error, x.Count) { Goal = MetricGoal.Larger };
    }

    // Of how many balls each sample is the only one.
    private static int[] OnlyPoints(PointSet x, NeighbourBalls balls, long[] inside)
    {
        int[] only = new int[x.Count];
        double[] squares = new double[x.Count];
        for (int centre = 0; centre < inside.Length; centre++)
        {
            if (inside[centre] != 1)
                continue;
            PairSums.SquaredDistances(balls.Centres, centre, x, 0, squares);
            only[Array.FindIndex(squares, square => square <= balls.SquaredRadii[centre])]++;
        }

        return only;
    }
}
