using MathNet.Numerics.Distributions;

namespace Diffusion.Experiments.Statistics;

/// <summary>What independent values say about the mean that they are drawn around.</summary>
/// <remarks>
/// Two intervals are taken together: Student's, and that of Hall's cubic transformation of Student's statistic (Hall 1992, "On the removal of skewness by
/// transformation", J. R. Stat. Soc. B 54, 221–228), which moves with the skewness of the values. The reported interval reaches from the lower of both lower
/// ends to the higher of both upper ends, and the reported p-value is the larger of both, so that a mean outside the interval is one that the test rejects.
/// Student's interval alone covers 87 % of the time for five values of a skewed distance near its smallest value; together they cover at least 92 %
/// (docs/statistics.md). Far from 0 Hall's cubic turns flat and would take a mean of nine standard errors for one of two, so no end lies further out than a
/// multiple of Student's.
/// </remarks>
public sealed class MeanInference
{
    /// <summary>The fewest values from which an interval is given: with fewer, nothing tells how far to trust their spread.</summary>
    public const int FewestValues = 5;

    /// <summary>The confidence of intervals unless another is asked for.</summary>
    public const double UsualConfidence = 0.95;

    private MeanInference(SampleMoments moments) => Moments = moments;

    /// <summary>The values' moments.</summary>
    public SampleMoments Moments { get; }

    /// <summary>Student's two-sided p-value of a mean of 0; null for fewer than two values and for values that do not vary.</summary>
    public double? StudentPValue => HasSpread ? TwoSided(StudentStatistic(0)) : null;

    /// <summary>The two-sided p-value of a mean of 0; null for fewer than <see cref="FewestValues"/> values and for values that do not vary.</summary>
    public double? PValue => HasEnough ? TwoSided(Statistic(StudentStatistic(0))) : null;

    /// <summary>
    /// The p-value of a mean that is at most <paramref name="bound"/>: small where the values say that it is more. Half of the two-sided one on that side;
    /// null for fewer than <see cref="FewestValues"/> values and for values that do not vary.
    /// </summary>
    public double? PValueOfAtMost(double bound) => Tail(bound, isAbove: true);

    /// <summary>The p-value of a mean that is at least <paramref name="bound"/>: small where the values say that it is less.</summary>
    public double? PValueOfAtLeast(double bound) => Tail(bound, isAbove: false);

    private double? Tail(double bound, bool isAbove)
    {
        if (!HasEnough)
            return null;
        double student = StudentStatistic(bound), half = TwoSided(Statistic(student)) / 2;
        return student > 0 == isAbove ? half : 1 - half;
    }

    private bool HasSpread => Moments.Varies && Moments.Count >= 2;

    private bool HasEnough => Moments.Varies && Moments.Count >= FewestValues;

    // The smallest multiple with which the simulated intervals keep their coverage.
    private double Furthest => Math.Max(2, 20.0 / Moments.Count);

    private double RootCount => Math.Sqrt(Moments.Count);

    /// <summary>What values say.</summary>
    /// <param name="values">Independent values, at least one.</param>
    /// <param name="magnitude">The magnitude that rounding is relative to, for differences of larger numbers.</param>
    public static MeanInference FromValues(IReadOnlyList<double> values, double magnitude = 0) => new(SampleMoments.Compute(values, magnitude));

    /// <summary>Student's interval of the mean; null for fewer than two values and for values that do not vary.</summary>
    public Interval? StudentInterval(double confidence = UsualConfidence)
    {
        if (!HasSpread)
            return null;
        double reach = Quantile(confidence) * Moments.StandardError;
        return new(Moments.Mean - reach, Moments.Mean + reach);
    }

    /// <summary>The interval of the mean; null for fewer than <see cref="FewestValues"/> values and for values that do not vary.</summary>
    public Interval? Interval(double confidence = UsualConfidence)
    {
        if (!HasEnough)
            return null;
        double quantile = Quantile(confidence);
        double above = Reach(-Untransform(-quantile)), below = Reach(Untransform(quantile));
        return new(Moments.Mean - (below * Moments.StandardError), Moments.Mean + (above * Moments.StandardError));

        double Reach(double transformed) => Math.Clamp(transformed, quantile, Furthest * quantile);
    }

    // What is compared with Student's quantiles: the interval leaves 0 out where it is larger than the quantile.
    private double Statistic(double student) => Math.Max(Math.Min(Math.Abs(student), Math.Abs(Transform(student))), Math.Abs(student) / Furthest);

    private double Quantile(double confidence) => StudentQuantile.Upper(Moments.Count - 1, (1 - confidence) / 2);

    private double StudentStatistic(double mean) => (Moments.Mean - mean) / Moments.StandardError;

    private double TwoSided(double statistic) => 2 * StudentT.CDF(0, 1, Moments.Count - 1, -Math.Abs(statistic));

    // t + γ t²/(3 √n) + γ² t³/(27 n) + γ/(6 √n), which rises everywhere.
    private double Transform(double t)
    {
        double skew = Moments.Skewness / RootCount;
        return t + (skew * t * t / 3) + (skew * skew * t * t * t / 27) + (skew / 6);
    }

    private double Untransform(double transformed)
    {
        double skew = Moments.Skewness / RootCount;
        // 3 (∛(1 + u) − 1)/skew loses all digits as skew goes to 0, where the transformation goes to the identity.
        return Math.Abs(skew) < 1e-8 ? transformed : 3 / skew * (Math.Cbrt(1 + (skew * (transformed - (skew / 6)))) - 1);
    }
}
