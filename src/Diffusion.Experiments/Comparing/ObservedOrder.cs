using Diffusion.Experiments.Components;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Comparing;

/// <summary>At which order a configuration's value falls as it takes more steps.</summary>
public sealed record ObservedOrder
{
    /// <summary>The configuration.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The order that its solver declares for values of this kind; null where it declares none, or its records are older than the declaration.
    /// </summary>
    public required double? Declared { get; init; }

    /// <summary>Minus the slope of log value against log steps over <see cref="Steps"/>, the mean over repeats; null where no range is straight.</summary>
    public required double? Order { get; init; }

    /// <summary>Its 95 % interval over repeats; null where there is none.</summary>
    public required Interval? Interval { get; init; }

    /// <summary>The longest range of steps that is straight on logarithmic scales, the finest of several; null where none is.</summary>
    public required Interval? Steps { get; init; }

    /// <summary>How many step counts lie in the range.</summary>
    public required int Points { get; init; }

    /// <summary>The repeats that all step counts have.</summary>
    public required int Repeats { get; init; }

    /// <summary>The order between neighbouring step counts.</summary>
    public required IReadOnlyList<StepOrder> Between { get; init; }

    /// <summary>The orders of the configurations that have a value at three step counts or more.</summary>
    /// <param name="results">The configurations at each budget, all other axes alike.</param>
    /// <param name="convergence">What the metric says of its values.</param>
    /// <param name="unit">What counts as one repetition.</param>
    internal static IReadOnlyList<ObservedOrder> Estimate(
        IEnumerable<ConfigurationResult> results, MetricConvergence convergence, RepeatUnit unit) => convergence == MetricConvergence.Unknown
            ? []
            : [.. results.Where(result => result.Estimate is not null).GroupBy(result => result.Name)
                .Select(configuration => Estimate([.. configuration.DistinctBy(StepsOf).OrderBy(StepsOf)], convergence, unit)).OfType<ObservedOrder>()];

    private static int StepsOf(ConfigurationResult result) => result.Cells[0].Record.Steps;

    private static ObservedOrder? Estimate(ConfigurationResult[] curve, MetricConvergence convergence, RepeatUnit unit)
    {
        RepeatNumber[] repeats =
            [.. curve[0].Values.Keys.Where(repeat => curve.All(point => point.Values.ContainsKey(repeat))).OrderBy(repeat => repeat.Draw)];
        // The steps of adaptive methods are none that anybody chose.
        if (curve.Length < PowerLaw.FewestPoints || repeats.Length == 0 || curve.Any(point => repeats.Any(repeat => point.Values[repeat] <= 0))
            || curve.All(point => point.Evaluations == curve[0].Evaluations))
            return null;
        double[] logSteps = [.. curve.Select(point => Math.Log(StepsOf(point)))];
        IReadOnlyList<double>[] logValues =
            [.. curve.Select(point => unit.Values(repeats.Select(repeat => (repeat.Training, Math.Log(point.Values[repeat])))))];
        PowerLaw? law = PowerLaw.Longest(logSteps, logValues);
        DeclaredOrders? declared = curve[0].Cells[0].Record.Orders;
        return new()
        {
            Name = curve[0].Name,
            Declared = convergence == MetricConvergence.Paths ? declared?.Paths : declared?.Law,
            Order = -law?.Exponent.Moments.Mean,
            Interval = law?.Exponent.Interval() is { } interval ? new(-interval.High, -interval.Low) : null,
            Steps = law is null ? null : new(StepsOf(curve[law.First]), StepsOf(curve[law.Last])),
            Points = law is null ? 0 : law.Last - law.First + 1,
            Repeats = logValues[0].Count,
            Between = [.. Enumerable.Range(0, curve.Length - 1).Select(i =>
            {
                double width = logSteps[i + 1] - logSteps[i];
                var order = MeanInference.FromValues([.. logValues[i].Zip(logValues[i + 1], (before, after) => (before - after) / width)]);
                return new StepOrder(StepsOf(curve[i]), StepsOf(curve[i + 1]), order.Moments.Mean, order.Interval());
            })],
        };
    }
}
