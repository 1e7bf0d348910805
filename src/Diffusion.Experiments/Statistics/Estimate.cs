using System.Globalization;
using System.Text.Json.Serialization;

namespace Diffusion.Experiments.Statistics;

/// <summary>A mean over repeats.</summary>
/// <param name="Mean">Arithmetic mean.</param>
/// <param name="StandardError">Standard deviation over √n; null for a single value, and for values that do not vary: repeats then say nothing about the
/// error.</param>
/// <param name="Count">Number of repeats n.</param>
public readonly record struct Estimate(double Mean, double? StandardError, int Count)
{
    private const int ComputedDigits = 4;

    /// <summary>Where the values do not vary, the standard error that each of them came with (over rows, say); null where they came without.</summary>
    public double? OwnError { get; init; }

    /// <summary>Whether the value is computed rather than drawn, so that repeats say nothing: <see cref="OwnError"/> is then that of its quadrature.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsComputed { get; init; }

    /// <summary>Whether the error of a computed value reaches the digits that are shown, so that the value is not to be read without it.</summary>
    [JsonIgnore]
    public bool ShowsOwnError => IsComputed && OwnError is { } error
        && !(error <= (Mean == 0 ? 0 : 0.5 * Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(Mean))) + 1 - ComputedDigits)));

    /// <summary>Whether several repeats gave the same value.</summary>
    public bool DoesNotVary => Count > 1 && StandardError is null;

    /// <summary>The estimate of at least one value of a metric.</summary>
    /// <param name="values">A value a repeat.</param>
    public static Estimate FromValues(IReadOnlyList<MetricValue> values)
    {
        double?[] ownErrors = [.. values.Select(value => value.StandardError)];
        Estimate estimate = FromValues([.. values.Select(value => value.Value)], ownErrors);
        return estimate.StandardError is null && values.All(value => value.ErrorKind == MetricErrorKind.Quadrature)
            ? estimate with { IsComputed = true, OwnError = ownErrors.Max() }
            : estimate;
    }

    /// <summary>The estimate of at least one value.</summary>
    /// <param name="values">A value a repeat.</param>
    /// <param name="ownErrors">The standard error that each came with.</param>
    public static Estimate FromValues(IReadOnlyList<double> values, IReadOnlyList<double?>? ownErrors = null)
    {
        var moments = SampleMoments.Compute(values);
        return moments.Varies
            ? new(moments.Mean, moments.StandardError, moments.Count)
            : new(moments.Mean, null, moments.Count) { OwnError = moments.Count > 1 ? ownErrors?.Max() : null };
    }

    /// <summary>
    /// For people: the mean to the digits that its error leaves meaningful ("0.184 ± 0.012"), two digits of an error that begins with 1 or 2,
    /// one of others, and never more than four digits of the mean behind an error that few repeats make look small. What does not vary says so. A computed
    /// value has four digits, and its error where that reaches them.
    /// </summary>
    public override string ToString()
    {
        if (IsComputed)
        {
            string mean = Mean.ToString($"g{ComputedDigits}", CultureInfo.InvariantCulture);
            return ShowsOwnError ? $"{mean} (quadrature error {OwnError!.Value.ToString("g1", CultureInfo.InvariantCulture)})" : mean;
        }

        if (DoesNotVary)
            return $"{Mean.ToString("g3", CultureInfo.InvariantCulture)} (does not "
                + $"vary{(OwnError is { } own ? $"; own error {own.ToString("g2", CultureInfo.InvariantCulture)}" : "")})";
        if (StandardError is not { } error || !double.IsFinite(error) || error == 0)
            return Mean.ToString("g3", CultureInfo.InvariantCulture);

        int exponent = (int)Math.Floor(Math.Log10(error));
        int decimalsOfError = (error / Math.Pow(10, exponent) < 2.95 ? 1 : 0) - exponent;
        int decimalsOfMean = Mean == 0 ? decimalsOfError : 3 - (int)Math.Floor(Math.Log10(Math.Abs(Mean)));
        int decimals = Math.Clamp(Math.Min(decimalsOfError, decimalsOfMean), 0, 8);
        double smallest = Math.Pow(10, -decimals);
        string shown = error < smallest / 2
            ? $"<{smallest.ToString($"f{decimals}", CultureInfo.InvariantCulture)}"
            : error.ToString($"f{decimals}", CultureInfo.InvariantCulture);
        return $"{Mean.ToString($"f{decimals}", CultureInfo.InvariantCulture)} ± {shown}";
    }
}
