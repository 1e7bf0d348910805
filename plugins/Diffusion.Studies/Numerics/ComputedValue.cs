namespace Diffusion.Studies.Numerics;

/// <summary>Values of studies.</summary>
public static class ComputedValue
{
    private const double Rounding = 1e-15;

    /// <summary>A number that is computed rather than drawn, whose only error is that of rounding.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The number.</param>
    /// <param name="scale">The size of the numbers that it is the sum or the difference of.</param>
    public static MetricValue Exact(string name, double value, double scale = 1) =>
        new(name, value, Rounding * Math.Max(scale, Math.Abs(value)), 1) { ErrorKind = MetricErrorKind.Quadrature };

    /// <summary>A mean over independent draws with its standard error.</summary>
    public static MetricValue Mean(string name, ReadOnlySpan<double> draws)
    {
        double mean = 0;
        foreach (double draw in draws)
            mean += draw;
        mean /= draws.Length;
        double squares = 0;
        foreach (double draw in draws)
            squares += (draw - mean) * (draw - mean);
        return new(name, mean, Math.Sqrt(squares / (draws.Length - 1.0) / draws.Length), draws.Length);
    }
}
