using System.Globalization;
using Diffusion.Core.Randomness;
using Diffusion.Metrics;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Benchmarks;

/// <summary>CPU time of the metrics that compare samples in 2-D, by number of samples and of reference rows.</summary>
internal static class MetricCost
{
    /// <summary>Prints a table row for each metric and size.</summary>
    /// <param name="counts">Samples, and as many reference rows.</param>
    public static void Run(IReadOnlyList<int> counts)
    {
        // The first three have an aim of their own, which is for all three together.
        (string Name, IMetric Metric)[] metrics =
        [
            ("sliced-wasserstein", new SlicedWassersteinMetric(new())), ("energy-distance", new EnergyDistanceMetric()),
            ("mmd", new MaximumMeanDiscrepancyMetric(new())), ("wasserstein", new WassersteinMetric(new())), ("sinkhorn", new SinkhornMetric(new())),
            ("moments", new MomentsMetric(new())), ("precision-recall", new PrecisionRecallMetric(new())),
            ("density-coverage", new DensityCoverageMetric(new())), ("memorisation", new MemorisationMetric(new())),
        ];
        Console.WriteLine("| metric | samples and rows | first cell of a reference, CPU ms | later cells, CPU ms |");
        Console.WriteLine("|---|---:|---:|---:|");
        foreach (int count in counts)
        {
            using DisposeScope scope = NewDisposeScope();
            random.manual_seed(1);
            MetricInput input = new()
            {
                Samples = randn(count, 2, dtype: ScalarType.Float64),
                Reference = randn(count, 2, dtype: ScalarType.Float64),
                TrainingRows = randn(count, 2, dtype: ScalarType.Float64),
                Data = new() { Name = "normal", Shape = [2] },
                Randomness = new PhiloxNoiseSource(new NoiseKey(1, 0, NoiseDomain.Measurement), 0, 1),
            };
            double total = 0, totalLater = 0;
            foreach ((string name, IMetric metric) in metrics)
            {
                // The first ones compile and warm up.
                int turns = count > 10_000 ? 2 : 30;
                double first = Enumerable.Range(0, turns).Min(_ => CpuTime.Seconds(() => metric.Measure(input with { Memory = new() })));
                double later = Enumerable.Range(0, turns).Min(_ => CpuTime.Seconds(() => metric.Measure(input)));
                total += first;
                totalLater += later;
                Print(name, count, first, later);
                if (name == "mmd")
                    Print("all three", count, total, totalLater);
            }
        }
    }

    private static void Print(string name, int count, double first, double later) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {count} | {1000 * first:f1} | {1000 * later:f1} |"));
}
