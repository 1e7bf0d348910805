namespace Diffusion.Studies.Numerics;

/// <summary>Moments of simulated numbers less those that theory says, each with its standard error.</summary>
public static class Deviations
{
    /// <summary>The mean of draws, less the known one.</summary>
    public static MetricValue Mean(string name, ReadOnlySpan<double> draws, double known)
    {
        double[] apart = new double[draws.Length];
        for (int i = 0; i < apart.Length; i++)
            apart[i] = draws[i] - known;
        return ComputedValue.Mean(name, apart) with { Goal = MetricGoal.Near(0) };
    }

    /// <summary>The mean square about the known mean, less the known variance.</summary>
    public static MetricValue Variance(string name, ReadOnlySpan<double> draws, double mean, double known) =>
        Product(name, draws, mean, draws, mean, known);

    /// <summary>The mean product about the known means, less the known covariance.</summary>
    public static MetricValue Product(string name, ReadOnlySpan<double> draws, double mean, ReadOnlySpan<double> others, double otherMean, double known)
    {
        double[] apart = new double[draws.Length];
        for (int i = 0; i < apart.Length; i++)
            apart[i] = ((draws[i] - mean) * (others[i] - otherMean)) - known;
        return ComputedValue.Mean(name, apart) with { Goal = MetricGoal.Near(0) };
    }
}
