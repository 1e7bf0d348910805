using System.Globalization;
using Diffusion.Metrics;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;
using static Diffusion.Plugins.Tests.Metrics.MetricProblem;

namespace Diffusion.Plugins.Tests.Metrics;

/// <summary>How small a shift each metric of samples finds, by the number of samples. docs/metrics.md has the table.</summary>
public sealed class MetricPowerTests
{
    // Levels of shift along the first axis, each about 1.4 times the one before.
    private static readonly double[] Shifts = [0.02, 0.03, 0.04, 0.06, 0.08, 0.11, 0.16, 0.23, 0.32, 0.45, 0.64, 0.9];

    private static readonly IMetric[] Metrics =
    [
        new EnergyDistanceMetric(), new MaximumMeanDiscrepancyMetric(new()), new SlicedWassersteinMetric(new()), new WassersteinMetric(new()),
        new WassersteinMetric(new() { Order = 1 }), new SinkhornMetric(new()), new MomentsMetric(new()), new PrecisionRecallMetric(new()),
        new DensityCoverageMetric(new()), new MemorisationMetric(new()),
    ];

    [Fact]
    [Trait("Category", "Long")]
    public void The_page_says_which_shifts_are_found()
    {
        (int Samples, int Draws)[] sizes = [(500, 40), (2000, 40), (10_000, 20)];
        Dictionary<string, List<string>> found = [];
        foreach ((int samples, int draws) in sizes)
        {
            using DisposeScope scope = NewDisposeScope();
            Simulation simulation = new(samples, draws);
            foreach (IMetric metric in Metrics)
            {
                foreach (string name in simulation.Costs(metric, 0).Keys)
                {
                    if (!found.TryGetValue(name, out List<string>? row))
                        found[name] = row = [];
                    row.Add(SmallestFound(simulation, metric, name)?.ToString(CultureInfo.InvariantCulture) ?? "–");
                }
            }
        }

        string[] rows = [.. found.Select(pair => $"| `{pair.Key}` | {string.Join(" | ", pair.Value)} |")];
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md"));
        Assert.True(rows.All(row => page.Contains(row, StringComparison.Ordinal)), $"docs/metrics.md should have:\n{string.Join('\n', rows)}");
    }

    // By bisection: a larger shift is found if a smaller one is.
    private static double? SmallestFound(Simulation simulation, IMetric metric, string name)
    {
        (int low, int high) = (0, Shifts.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (simulation.IsFound(metric, name, Shifts[middle]))
                high = middle;
            else
                low = middle + 1;
        }

        return low < Shifts.Length ? Shifts[low] : null;
    }

    /// <summary>Draws of samples, reference and training rows from four modes at (±2, ±2) with standard deviation ½.</summary>
    private sealed class Simulation(int samples, int draws)
    {
        private readonly Dictionary<(IMetric, double), Dictionary<string, double[]>> _known = [];
        private readonly MetricInput[] _inputs = [.. Enumerable.Range(0, draws).Select(i =>
            Input(Modes(3 * i, samples), Modes((3 * i) + 1, samples)) with { TrainingRows = Modes((3 * i) + 2, samples), Randomness = Noise(i) })];

        /// <summary>
        /// Whether at least 80 % of shifted samples score worse than 95 % of those that are not shifted: the power of a test at the level of 5 %.
        /// </summary>
        public bool IsFound(IMetric metric, string name, double shift)
        {
            double bound = Costs(metric, 0)[name].Order().ElementAt((draws * 95 / 100) - 1);
            return Costs(metric, shift)[name].Count(cost => cost > bound) >= 0.8 * draws;
        }

        /// <summary>What each draw costs, the worse the larger, for each value of a metric.</summary>
        public Dictionary<string, double[]> Costs(IMetric metric, double shift)
        {
            if (_known.TryGetValue((metric, shift), out Dictionary<string, double[]>? known))
                return known;
            IReadOnlyList<MetricValue>[] values = new IReadOnlyList<MetricValue>[draws];
            Parallel.For(0, draws, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
            {
                using DisposeScope scope = NewDisposeScope();
                values[i] = metric.Measure(_inputs[i] with { Samples = _inputs[i].Samples + tensor(new[] { shift, 0 }) });
            });
            return _known[(metric, shift)] = values[0].Select((value, k) => (value.Name, Index: k))
                .ToDictionary(pair => pair.Name, pair => values.Select(of => of[pair.Index].Goal.Cost(of[pair.Index].Value)).ToArray());
        }

        private static Tensor Modes(long seed, int count)
        {
            Tensor signs = Noise(seed).Independent(2, empty(count, 2, dtype: ScalarType.Float64)).sign();
            return (2 * signs) + Normal(seed, count, 2, 0, 0.5);
        }
    }
}
