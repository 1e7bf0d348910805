using System.Globalization;

namespace Diffusion.Data;

/// <summary>Mean and standard deviation of a column, whatever its offset and its order of magnitude.</summary>
/// <remarks>
/// The column is divided by a power of two near its largest magnitude first, so that no square overflows or vanishes. Such a division rounds nothing, so
/// ordinary columns keep every digit.
/// </remarks>
internal sealed class ColumnUnit
{
    // Samples may lie many deviations from the data and must stay finite in the column's own unit, and small ones must keep all their digits.
    private const double Largest = 1e300;
    private const double Smallest = 1e-300;

    // Part of the standard deviation that the plain mean may be off.
    private const double MeanTolerance = 1e-9;

    // How many float64 numbers must fit into a standard deviation, so that rounding does not shape the distribution.
    private const double Resolution = 256;

    private int _exponent;
    private double _mean;
    private double _scale;

    /// <summary>In the column's own unit.</summary>
    public double Mean => Math.ScaleB(_mean, _exponent);

    /// <summary>Standard deviation of the population (division by N), in the column's own unit.</summary>
    public double Scale => Math.ScaleB(_scale, _exponent);

    /// <summary>Why the column cannot be standardised, to be read after its name; null when it can.</summary>
    public string? Objection { get; private init; }

    /// <summary>Measures column <paramref name="column"/> of <paramref name="values"/>, row by row, <paramref name="columns"/> wide.</summary>
    public static ColumnUnit Measure(ReadOnlySpan<double> values, int column, int columns)
    {
        (double low, double high) = (values[column], values[column]);
        for (int i = column; i < values.Length; i += columns)
            (low, high) = (Math.Min(low, values[i]), Math.Max(high, values[i]));
        double magnitude = Math.Max(Math.Abs(low), Math.Abs(high));
        // Seen from the values: the mean of equal numbers is often another number, by rounding.
        if (low == high)
            return new() { Objection = "is constant and cannot be standardised" };
        if (magnitude > Largest)
            return new() { Objection = $"reaches {Text(magnitude)}, which is too large to be standardised ({Text(Largest)} is the limit)" };

        ColumnUnit unit = new() { _exponent = Math.ILogB(magnitude) };
        int rows = values.Length / columns;
        for (int i = column; i < values.Length; i += columns)
            unit._mean += unit.Scaled(values[i]) / rows;
        double residual = unit.Residual(values, column, columns, rows);
        unit._scale = unit.Deviation(values, column, columns, rows);
        if (Math.Abs(residual) > MeanTolerance * unit._scale)
        {
            // A large offset leaves the plain mean off by more than rounding at the scale of the data.
            unit._mean += residual;
            unit._scale = unit.Deviation(values, column, columns, rows);
        }

        if (unit.Scale < Smallest)
            return new() { Objection = $"varies by {Text(unit.Scale)} only, which is too small to be standardised ({Text(Smallest)} is the limit)" };
        double spacing = Math.BitIncrement(magnitude) - magnitude;
        if (spacing * Resolution > unit.Scale)
            return new() { Objection = $"varies by {Text(unit.Scale)} around {Text(unit.Mean)}, where float64 numbers lie {Text(spacing)} apart: "
                + "too coarse to be standardised. Subtract a constant in the file" };
        return unit;
    }

    /// <summary>Brings the column to mean 0 and variance 1.</summary>
    public void Apply(Span<double> values, int column, int columns)
    {
        for (int i = column; i < values.Length; i += columns)
            values[i] = (Scaled(values[i]) - _mean) / _scale;
    }

    private double Scaled(double value) => Math.ScaleB(value, -_exponent);

    private double Residual(ReadOnlySpan<double> values, int column, int columns, int rows)
    {
        double residual = 0;
        for (int i = column; i < values.Length; i += columns)
            residual += (Scaled(values[i]) - _mean) / rows;
        return residual;
    }

    private double Deviation(ReadOnlySpan<double> values, int column, int columns, int rows)
    {
        double variance = 0;
        for (int i = column; i < values.Length; i += columns)
        {
            double distance = Scaled(values[i]) - _mean;
            variance += distance * distance / rows;
        }

        return Math.Sqrt(variance);
    }

    private static string Text(double value) => value.ToString("g3", CultureInfo.InvariantCulture);
}
