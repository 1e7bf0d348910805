using System.Globalization;
using Diffusion.Experiments.Statistics;
using Xunit;

namespace Diffusion.Tests.Statistics;

/// <summary>How often printed 95 % intervals hold the true mean: 4 000 seeds for each law and number of repeats. docs/statistics.md has the table.</summary>
public sealed class IntervalCoverageTests
{
    private const int Seeds = 4000;

    private static readonly int[] Repeats = [5, 10, 20];

    // Laws with mean 0: what differences of metrics look like, and harder ones.
    private static readonly (string Name, Func<Random, double> Draw)[] Laws =
    [
        ("normal", Normal),
        ("difference of two squared distances at their null", random => SquaredDistance(random, 2) - SquaredDistance(random, 2)),
        ("squared distance at its null, weights 1/k", random => SquaredDistance(random, 1)),
        ("squared distance at its null, weights 1/k²", random => SquaredDistance(random, 2)),
        ("exponential", random => -Math.Log(1 - random.NextDouble()) - 1),
        ("lognormal, σ = 1/2", random => Math.Exp(Normal(random) / 2) - Math.Exp(0.125)),
        ("double exponential", random => Math.Log(1 - random.NextDouble()) - Math.Log(1 - random.NextDouble())),
    ];

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    // A degenerate V-statistic, as energy distance and mmd are where both sides are the same: a sum of weighted squares.
    private static double SquaredDistance(Random random, int power) =>
        Enumerable.Range(1, 20).Sum(k => (Math.Pow(Normal(random), 2) - 1) / Math.Pow(k, power));

    private static (double Printed, double Student) Coverage(Func<Random, double> draw, int repeats)
    {
        int printed = 0, student = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            Random random = new(seed);
            double[] values = [.. Enumerable.Range(0, repeats).Select(_ => draw(random))];
            MeanInference mean = MeanInference.FromValues(values);
            printed += mean.Interval()!.Value.Contains(0) ? 1 : 0;
            student += mean.StudentInterval()!.Value.Contains(0) ? 1 : 0;
        }

        return ((double)printed / Seeds, (double)student / Seeds);
    }

    /// <summary>Coverage of the printed interval over networks, and of one that takes their repeats for independent.</summary>
    private static (double Networks, double Repeats) NestedCoverage(Func<Random, double> network, int networks)
    {
        const int repeats = 3;
        int nested = 0, pooled = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            Random random = new(seed);
            (int Network, double Value)[] values = [.. Enumerable.Range(0, networks).SelectMany(index =>
            {
                double own = network(random);
                return Enumerable.Range(0, repeats).Select(_ => (index, own + Normal(random)));
            })];
            nested += MeanInference.FromValues(RepeatUnit.Network.Values(values)).Interval()!.Value.Contains(0) ? 1 : 0;
            pooled += MeanInference.FromValues(RepeatUnit.Repeat.Values(values)).Interval()!.Value.Contains(0) ? 1 : 0;
        }

        return ((double)nested / Seeds, (double)pooled / Seeds);
    }

    [Fact]
    public void Intervals_over_networks_cover_where_those_over_their_repeats_do_not()
    {
        List<string> rows = [];
        foreach ((string name, Func<Random, double> draw) in Laws.Where(law => law.Name is "normal" or "exponential" or "lognormal, σ = 1/2"))
        {
            (double Networks, double Repeats)[] coverage = [.. Repeats.Select(networks => NestedCoverage(draw, networks))];
            IEnumerable<string> percents = coverage.Select(
                one => string.Create(CultureInfo.InvariantCulture, $"{100 * one.Networks:f1} ({100 * one.Repeats:f1})"));
            rows.Add($"| networks {name} | {string.Join(" | ", percents)} |");
            Assert.All(coverage, one => Assert.True(one.Networks >= 0.92, rows[^1]));
        }

        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "statistics.md"));
        Assert.All(rows, row => Assert.True(page.Contains(row, StringComparison.Ordinal), $"docs/statistics.md should have:\n{string.Join('\n', rows)}"));
    }

    [Fact]
    public void Printed_intervals_cover_in_at_least_92_percent_and_the_page_says_how_often()
    {
        List<string> rows = [];
        foreach ((string name, Func<Random, double> draw) in Laws)
        {
            (double Printed, double Student)[] coverage = [.. Repeats.Select(repeats => Coverage(draw, repeats))];
            IEnumerable<string> percents = coverage.Select(
                one => string.Create(CultureInfo.InvariantCulture, $"{100 * one.Printed:f1} ({100 * one.Student:f1})"));
            rows.Add($"| {name} | {string.Join(" | ", percents)} |");
            Assert.All(coverage, one => Assert.True(one.Printed >= 0.92, rows[^1]));
        }

        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "statistics.md"));
        Assert.All(rows, row => Assert.True(page.Contains(row, StringComparison.Ordinal), $"docs/statistics.md should have:\n{string.Join('\n', rows)}"));
    }
}
