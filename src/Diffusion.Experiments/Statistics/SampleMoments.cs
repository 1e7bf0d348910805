namespace Diffusion.Experiments.Statistics;

/// <summary>Mean, spread and skewness of independent values.</summary>
public readonly record struct SampleMoments
{
    /// <summary>Values no further apart than this part of their magnitude differ in rounding alone.</summary>
    public const double Rounding = 1e-12;

    private SampleMoments(int count, double mean, double standardDeviation, double skewness, bool varies)
    {
        Count = count;
        Mean = mean;
        StandardDeviation = standardDeviation;
        Skewness = skewness;
        Varies = varies;
    }

    /// <summary>How many values there are.</summary>
    public int Count { get; }

    /// <summary>Arithmetic mean.</summary>
    public double Mean { get; }

    /// <summary>Standard deviation with n − 1 degrees of freedom; 0 where the values do not vary, NaN for a single value.</summary>
    public double StandardDeviation { get; }

    /// <summary>Skewness G₁ = √(n(n−1))/(n−2) · m₃/m₂^(3/2); 0 where it is not defined.</summary>
    public double Skewness { get; }

    /// <summary>Whether the values differ by more than rounding. A spread of rounding errors is no standard error.</summary>
    public bool Varies { get; }

    /// <summary>Standard deviation over √n.</summary>
    public double StandardError => StandardDeviation / Math.Sqrt(Count);

    /// <summary>The moments of at least one value.</summary>
    /// <param name="values">The values.</param>
    /// <param name="magnitude">The magnitude that rounding is relative to, for differences of larger numbers; that of the values unless stated.</param>
    public static SampleMoments Compute(IReadOnlyList<double> values, double magnitude = 0)
    {
        int n = values.Count;
        double smallest = values.Min(), largest = values.Max();
        magnitude = Math.Max(magnitude, Math.Max(Math.Abs(smallest), Math.Abs(largest)));
        if (largest - smallest <= Rounding * magnitude)
            return new(n, values[0], n == 1 ? double.NaN : 0, 0, varies: false);

        double mean = values.Average(), squares = 0, cubes = 0;
        foreach (double value in values)
        {
            double distance = value - mean;
            squares += distance * distance;
            cubes += distance * distance * distance;
        }

        double skewness = n < 3 ? 0 : Math.Sqrt((double)n * (n - 1)) / (n - 2) * (cubes / n) / Math.Pow(squares / n, 1.5);
        return new(n, mean, Math.Sqrt(squares / (n - 1)), skewness, varies: true);
    }
}
