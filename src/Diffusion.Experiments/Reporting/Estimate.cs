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

    /// <summary>For people: the mean to the digits that its error leaves meaningful ("0.184 ± 0.012").</summary>
    public override string ToString()
    {
        if (StandardError is not { } error || !double.IsFinite(error) || error == 0)
            return Mean.ToString("g3", CultureInfo.InvariantCulture);

        int decimals = Math.Clamp(1 - (int)Math.Floor(Math.Log10(error)), 0, 8);
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Round(Mean, decimals).ToString($"f{decimals}", CultureInfo.InvariantCulture)} ± {error.ToString($"f{decimals}", CultureInfo.InvariantCulture)}");
    }
}
