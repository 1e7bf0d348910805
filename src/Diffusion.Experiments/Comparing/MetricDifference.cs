using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Comparing;

/// <summary>
/// How a number differs between two runs at one place of their sweeps, over the repeats that both have; over networks, each the mean of its repeats, where
/// several were trained.
/// </summary>
/// <param name="Axes">The place: axis → label, over the axes that both runs have.</param>
/// <param name="Metric">The metric's name, or "NFE".</param>
/// <param name="First">Over the repeats of the first run.</param>
/// <param name="Second">Over the repeats of the second.</param>
/// <param name="Difference">Second minus first, paired by repeat: its standard error leaves out what repeats have in common.</param>
public sealed record MetricDifference(IReadOnlyDictionary<string, string> Axes, string Metric, Estimate First, Estimate Second, Estimate Difference)
{
    /// <summary>What <see cref="Metric"/> calls evaluations a sample.</summary>
    public const string Evaluations = "NFE";

    /// <summary>The difference over the larger of both magnitudes: between −2 and 2, NaN where there is none.</summary>
    public double Relative => Difference.Mean == 0 ? 0 : Difference.Mean / Math.Max(Math.Abs(First.Mean), Math.Abs(Second.Mean));

    /// <summary>Every number at a place that is not the same in both, paired by repeat.</summary>
    /// <param name="axes">The place.</param>
    /// <param name="pairs">The numbers of each repeat that both runs have, name → value, with the number of its network.</param>
    public static IEnumerable<MetricDifference> FindAll(
        IReadOnlyDictionary<string, string> axes,
        IReadOnlyList<(int Network, IReadOnlyDictionary<string, double> First, IReadOnlyDictionary<string, double> Second)> pairs)
    {
        RepeatUnit unit = pairs.Select(pair => pair.Network).Distinct().Skip(1).Any() ? RepeatUnit.Network : RepeatUnit.Repeat;
        foreach (string metric in pairs.SelectMany(pair => pair.First.Keys.Intersect(pair.Second.Keys)).Distinct())
        {
            (int Network, double First, double Second)[] values = [.. pairs
                .Where(pair => pair.First.ContainsKey(metric) && pair.Second.ContainsKey(metric))
                .Select(pair => (pair.Network, pair.First[metric], pair.Second[metric]))];
            if (Array.TrueForAll(values, value => value.First.Equals(value.Second)))
                continue;
            yield return new(
                axes,
                metric,
                Of(value => value.First),
                Of(value => value.Second),
                Of(value => value.Second - value.First));

            Estimate Of(Func<(int Network, double First, double Second), double> number) =>
                Estimate.FromValues(unit.Values(values.Select(value => (value.Network, number(value)))));
        }
    }
}
