using Diffusion.Core.Randomness;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Metrics;

/// <summary>Points to compare.</summary>
internal static class MetricProblem
{
    public static MetricInput Input(Tensor samples, Tensor reference) => new()
    {
        Samples = samples,
        Reference = reference,
        Data = new DataDescription { Name = "points", Shape = [.. samples.shape[1..]] },
        Randomness = Noise(0),
    };

    public static PhiloxNoiseSource Noise(long seed) => new(new NoiseKey(seed, 0, NoiseDomain.Measurement), 0, 1);

    /// <summary>N(mean, deviation² I) draws, shape (count, dimension).</summary>
    public static Tensor Normal(long seed, int count, int dimension, double mean = 0, double deviation = 1) =>
        Noise(seed).Independent(1, empty(count, dimension, dtype: ScalarType.Float64)).mul_(deviation).add_(mean);

    public static double[][] Rows(Tensor points)
    {
        double[] values = points.contiguous().data<double>().ToArray();
        return [.. values.Chunk(values.Length / (int)points.shape[0])];
    }

    public static double Distance(double[] x, double[] y) => Math.Sqrt(x.Zip(y, (a, b) => (a - b) * (a - b)).Sum());

    /// <summary>2 E k(X, Y) − E k(X, X′) − E k(Y, Y′) over all pairs of distinct points, by definition.</summary>
    public static double UnbiasedByDefinition(double[][] x, double[][] y, Func<double, double> kernel)
    {
        double between = (from a in x from b in y select kernel(Distance(a, b))).Average();
        return (2 * between) - Within(x, kernel) - Within(y, kernel);
    }

    /// <summary>The jackknife's standard error by really leaving out each point.</summary>
    public static double JackknifeByDefinition(double[][] x, double[][] y, Func<double, double> kernel)
    {
        double[] withoutX = [.. x.Select((_, i) => UnbiasedByDefinition([.. x.Where((_, j) => j != i)], y, kernel))];
        double[] withoutY = [.. y.Select((_, i) => UnbiasedByDefinition(x, [.. y.Where((_, j) => j != i)], kernel))];
        return Math.Sqrt(Variance(withoutX) + Variance(withoutY));

        static double Variance(double[] values) =>
            (values.Length - 1.0) / values.Length * values.Sum(value => (value - values.Average()) * (value - values.Average()));
    }

    private static double Within(double[][] x, Func<double, double> kernel) =>
        (from i in Enumerable.Range(0, x.Length) from j in Enumerable.Range(0, x.Length) where i != j select kernel(Distance(x[i], x[j]))).Average();
}
