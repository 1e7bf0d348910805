namespace Diffusion.Certification;

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
    /// Doubles the step count until the last <paramref name="doublings"/> doublings lie on a line or rounding is reached, and fits the slope over
    /// these. Where to look is thus decided by straightness, never by the slope that comes out.
    /// </summary>
    /// <param name="first">The smallest step count that may be part of the fit.</param>
    /// <param name="doublings">How many doublings the fit spans: 2 to 11.</param>
    /// <param name="largest">The step count at which to stop whatever was found.</param>
    /// <param name="halfWidth">Half-width of the slope's 95 % interval that counts as a line.</param>
    /// <param name="rounding">Errors below it are not looked at.</param>
    /// <param name="error">The error at a step count.</param>
    public static OrderEstimate MeasureAsymptotic(int first, int doublings, int largest, double halfWidth, double rounding, Func<int, double> error)
    {
        List<int> steps = [];
        List<double> errors = [];
        for (int n = first; n <= largest; n *= 2)
        {
            double found = error(n);
            if (!(found > rounding))
                break;
            steps.Add(n);
            errors.Add(found);
            if (steps.Count > doublings && Last(doublings + 1) is var fit && fit.HalfWidth <= halfWidth)
                return fit;
        }

        return steps.Count > 3 ? Last(Math.Min(steps.Count, doublings + 1)) : new(double.NaN, double.PositiveInfinity, steps, errors);

        OrderEstimate Last(int count) => Fit([.. steps.TakeLast(count)], [.. errors.TakeLast(count)]);
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
