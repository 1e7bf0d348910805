using System.Globalization;

namespace Diffusion.Experiments.Reporting;

/// <summary>A mean over repeats.</summary>
/// <param name="Mean">Arithmetic mean.</param>
/// <param name="StandardError">Standard deviation over √n; null for a single value.</param>
/// <param name="Count">Number of repeats n.</param>
public readonly record struct Estimate(double Mean, double? StandardError, int Count)
{
    /// <summary>The estimate of at least one value.</summary>
    public static Estimate Of(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        double? error = values.Count < 2
            ? null
            : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1) / values.Count);
        return new Estimate(mean, error, values.Count);
    }

    /// <summary>
    /// For people: the mean to the digits that its error leaves meaningful ("0.184 ± 0.012"), two digits of an error that begins with 1 or 2,
    /// one of others, and never more than four digits of the mean behind an error that few repeats make look small.
    /// </summary>
    public override string ToString()
    {
        if (StandardError is not { } error || !double.IsFinite(error) || error == 0)
            return Mean.ToString("g3", CultureInfo.InvariantCulture);

        int exponent = (int)Math.Floor(Math.Log10(error));
        int decimalsOfError = (error / Math.Pow(10, exponent) < 2.95 ? 1 : 0) - exponent;
        int decimalsOfMean = Mean == 0 ? decimalsOfError : 3 - (int)Math.Floor(Math.Log10(Math.Abs(Mean)));
        int decimals = Math.Clamp(Math.Min(decimalsOfError, decimalsOfMean), 0, 8);
        double smallest = Math.Pow(10, -decimals);
        string shown = error < smallest / 2 ? $"<{smallest.ToString($"f{decimals}", CultureInfo.InvariantCulture)}" : error.ToString($"f{decimals}", CultureInfo.InvariantCulture);
        return $"{Mean.ToString($"f{decimals}", CultureInfo.InvariantCulture)} ± {shown}";
    }
}
