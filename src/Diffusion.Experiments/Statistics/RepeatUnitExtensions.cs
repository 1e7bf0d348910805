namespace Diffusion.Experiments.Statistics;

/// <summary>From what was measured in each repeat to one value for each repetition.</summary>
public static class RepeatUnitExtensions
{
    /// <summary>The values that are independent of one another: as they are, or the mean of each network in the order of the networks.</summary>
    /// <param name="unit">What counts as one repetition.</param>
    /// <param name="drawn">A value for each repeat, with the number of the network that it was sampled from.</param>
    public static IReadOnlyList<double> Values(this RepeatUnit unit, IEnumerable<(int Network, double Value)> drawn) => unit == RepeatUnit.Repeat
        ? [.. drawn.Select(one => one.Value)]
        : [.. Networks(drawn).Select(network => network.Average(one => one.Value))];

    /// <inheritdoc cref="Values(RepeatUnit, IEnumerable{ValueTuple{int, double}})"/>
    /// <remarks>The mean of a network has the largest of the errors that its values came with: they may share what they are uncertain of.</remarks>
    public static IReadOnlyList<MetricValue> Values(this RepeatUnit unit, IEnumerable<(int Network, MetricValue Value)> drawn) => unit == RepeatUnit.Repeat
        ? [.. drawn.Select(one => one.Value)]
        : [.. Networks(drawn).Select(network => network.First().Value with
        {
            Value = network.Average(one => one.Value.Value),
            StandardError = network.Max(one => one.Value.StandardError),
        })];

    /// <summary>One of them in words: "repeat", "trained network".</summary>
    public static string Noun(this RepeatUnit unit) => unit == RepeatUnit.Network ? "trained network" : "repeat";

    /// <summary>The setting of a sweep that says how many there are.</summary>
    public static string Setting(this RepeatUnit unit) => unit == RepeatUnit.Network ? "sweep.repeats.training" : "sweep.repeats";

    private static IEnumerable<IGrouping<int, (int Network, T Value)>> Networks<T>(IEnumerable<(int Network, T Value)> drawn) =>
        drawn.GroupBy(one => one.Network).OrderBy(network => network.Key);
}
