namespace Diffusion.Testing;

/// <summary>An order of convergence measured from errors at several step counts.</summary>
/// <param name="Order">Slope of −log error against log N, by least squares.</param>
/// <param name="HalfWidth">Half-width of the slope's 95 % confidence interval (Student's t).</param>
/// <param name="Steps">The step counts.</param>
/// <param name="Errors">The error at each.</param>
public sealed record OrderEstimate(double Order, double HalfWidth, IReadOnlyList<int> Steps, IReadOnlyList<double> Errors)
{
    // Two-sided 95 % quantiles of Student's t for 1, 2, … degrees of freedom.
    private static readonly double[] StudentQuantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];

    /// <summary>Measures the error at <paramref name="first"/>, 2 · <paramref name="first"/>, … steps and fits the slope.</summary>
    /// <param name="first">The smallest step count, large enough for the error to be asymptotic.</param>
    /// <param name="doublings">How often it is doubled: 2 to 11.</param>
    /// <param name="error">The error at a step count, above the level of rounding.</param>
    public static OrderEstimate Measure(int first, int doublings, Func<int, double> error)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(doublings, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(doublings, StudentQuantiles.Length + 1);
        int[] steps = [.. Enumerable.Range(0, doublings + 1).Select(i => first << i)];
        return Fit(steps, [.. steps.Select(error)]);
    }

    /// <summary>
    /// Measures the error at <paramref name="first"/>, 2 · <paramref name="first"/>, … steps and fits the slope to the last
    /// <paramref name="points"/> of them, going on until the errors are asymptotic: until the interval is as narrow as asked for.
    /// </summary>
    /// <param name="first">The smallest step count.</param>
    /// <param name="points">How many step counts a fit takes: 3 to 12.</param>
    /// <param name="halfWidth">The half-width at which to stop.</param>
    /// <param name="largest">The step count beyond which to give up; the estimate is then as wide as it is.</param>
    /// <param name="error">The error at a step count, above the level of rounding.</param>
    public static OrderEstimate MeasureAsymptotic(int first, int points, double halfWidth, int largest, Func<int, double> error)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 3);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(points, StudentQuantiles.Length + 2);
        List<int> steps = [];
        List<double> errors = [];
        for (int count = first; ; count *= 2)
        {
            steps.Add(count);
            errors.Add(error(count));
            if (steps.Count < points)
                continue;

            OrderEstimate estimate = Fit([.. steps.TakeLast(points)], [.. errors.TakeLast(points)]);
            if (estimate.HalfWidth <= halfWidth || 2 * count > largest)
                return estimate;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"order {Order:f3} ± {HalfWidth:f3} from errors {string.Join(", ", Errors.Zip(Steps, (e, n) => FormattableString.Invariant($"{e:e2} at N = {n}")))}");

    private static OrderEstimate Fit(int[] steps, double[] errors)
    {
        double[] x = [.. steps.Select(n => Math.Log(n))];
        double[] y = [.. errors.Select(e => -Math.Log(e))];
        (double meanX, double meanY) = (x.Average(), y.Average());
        double spread = x.Sum(v => (v - meanX) * (v - meanX));
        double slope = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / spread;
        double residual = x.Zip(y, (a, b) => b - meanY - (slope * (a - meanX))).Sum(r => r * r);
        int freedom = steps.Length - 2;
        double halfWidth = StudentQuantiles[freedom - 1] * Math.Sqrt(residual / freedom / spread);
        return new(slope, halfWidth, steps, errors);
    }
}
