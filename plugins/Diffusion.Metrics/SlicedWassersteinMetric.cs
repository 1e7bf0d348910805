using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>Options of <see cref="SlicedWassersteinMetric"/>.</summary>
public sealed record SlicedWassersteinOptions : ComponentOptions
{
    /// <summary>p.</summary>
    [Range(1, 2)]
    [Description("Order p of the Wasserstein distance, 1 or 2.")]
    public int Order { get; init; } = 2;

    /// <summary>Number of directions.</summary>
    [Range(1, 100_000)]
    [Description("Number of random directions; all cells of a sweep share them.")]
    public int Projections { get; init; } = 128;
}

/// <summary>
/// The sliced Wasserstein distance (mean over directions θ of W_p(θᵀX, θᵀY)^p)^(1/p), zero only for equal distributions. In the data's
/// unit of length.
/// </summary>
/// <remarks>
/// Along each direction the exact distance of the two empirical distributions, by coupling their quantiles; sets of unequal size are
/// coupled by splitting mass. Biased upwards: two sets of N points from one distribution are about N^(−1/2) apart. Reported as
/// <c>sliced-wasserstein</c> for p = 2 and <c>sliced-wasserstein-1</c> for p = 1. O(P (N log N + M log M)) time.
/// </remarks>
[Component(ComponentKind.Metric, "sliced-wasserstein", "The sliced Wasserstein distance over random directions.",
    Reference = "Bonneel et al. 2015, doi:10.1007/s10851-014-0506-3")]
public sealed class SlicedWassersteinMetric(SlicedWassersteinOptions options) : IMetric
{
    // 4 MB: the references of many repeats are kept at the same time.
    private const int MostRemembered = 1 << 19;

    private static ParallelOptions Threads => new() { MaxDegreeOfParallelism = get_num_threads() };

    /// <inheritdoc/>
    public bool MeasuresSamples => true;

    private string Name => options.Order == 2 ? "sliced-wasserstein" : "sliced-wasserstein-1";

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(MetricSetting setting) => [DeclaredValue.WithoutError(Name)];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The dimensions of samples and reference differ.</exception>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor samples = Rows(input.Samples);
        Tensor reference = Rows(input.Reference);
        if (samples.shape[1] != reference.shape[1])
            throw new ArgumentException($"Samples have {samples.shape[1]} dimensions but the reference has {reference.shape[1]}.");

        Tensor directions = input.Randomness.Independent(0, empty(options.Projections, samples.shape[1], dtype: ScalarType.Float64));
        directions = directions / directions.norm(1, keepdim: true, p: 2);
        double[][] ofSamples = SortedProjections(directions, samples);
        double[][] Reference() => SortedProjections(directions, reference);
        double[][] ofReference = options.Projections * reference.shape[0] <= MostRemembered
            ? input.Memory.Get((typeof(SlicedWassersteinMetric), Convert.ToHexString(SHA256.HashData(directions.bytes))), Reference)
            : Reference();

        double[] distances = new double[options.Projections];
        Parallel.For(0, distances.Length, Threads, i => distances[i] = QuantileCoupling.Cost(ofSamples[i], ofReference[i], options.Order));
        double mean = distances.Average();
        return [new MetricValue(Name, options.Order == 2 ? Math.Sqrt(mean) : mean, null, input.Samples.shape[0])];
    }

    private static Tensor Rows(Tensor points) => points.detach().to(ScalarType.Float64).cpu().reshape(points.shape[0], -1);

    private static double[][] SortedProjections(Tensor directions, Tensor points)
    {
        using Tensor projections = directions.matmul(points.t());
        int count = (int)points.shape[0];
        double[][] rows = new double[directions.shape[0]][];
        // Sorting costs more than all the rest.
        Parallel.For(0, rows.Length, Threads, i =>
        {
            rows[i] = MemoryMarshal.Cast<byte, double>(projections.bytes).Slice(i * count, count).ToArray();
            RadixSort.Sort(rows[i]);
        });
        return rows;
    }
}
