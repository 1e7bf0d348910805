using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Working;

/// <summary>
/// Measures states at noise levels as samples are measured, by those metrics that look at samples alone, against the exact law of the noisy data there.
/// </summary>
/// <param name="cell">Whose metrics.</param>
/// <param name="data">Has the rows to compare with.</param>
/// <param name="factory">Builds the metrics.</param>
/// <param name="cancellationToken">Stops it.</param>
internal sealed class LevelMeasurement(ExperimentCell cell, PlanData data, ComponentFactory factory, CancellationToken cancellationToken)
{
    private readonly List<MetricValue> _values = [];
    private readonly List<UnmeasuredMetric> _unmeasured = [];
    private readonly List<Exception> _exceptions = [];

    /// <summary>What was measured, each value named by its time.</summary>
    public IReadOnlyList<MetricValue> Values => _values;

    /// <summary>The metrics without values at a time.</summary>
    public IReadOnlyList<UnmeasuredMetric> Unmeasured => _unmeasured;

    /// <summary>What metrics threw.</summary>
    public IReadOnlyList<Exception> Exceptions => _exceptions;

    /// <summary>Measures the states at one level.</summary>
    /// <param name="times">The times for which they stand.</param>
    /// <param name="level">The level.</param>
    /// <param name="states">Float64, shape (N, …), in the units of the reference.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Add(IReadOnlyList<string> times, NoiseLevel level, Tensor states)
    {
        using DisposeScope scope = NewDisposeScope();
        NoisyData noisy = data.At(cell, level, cancellationToken);
        MetricSetting setting = new() { Samples = states.shape[0], Reference = noisy.Reference.Rows, Data = noisy.Description };
        var measurement = new Measurement(setting, CellRunner.Input(cell, noisy, states, cancellationToken), cancellationToken);
        foreach (ComponentChoice choice in cell.Experiment.Metrics)
            measurement.Add(choice, () => factory.Create<IMetric>(choice, noisy.Description), ofModel: false);
        _exceptions.AddRange(measurement.Exceptions);
        foreach (string time in times)
        {
            _values.AddRange(measurement.Values.Select(value => value with { Name = KeptState.NameAt(value.Name, time) }));
            _unmeasured.AddRange(measurement.Unmeasured.Select(metric => metric with { Reason = $"at {time}: {metric.Reason}" }));
        }
    }

    /// <summary>Notes that there is nothing to measure at a time.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    public void Miss(string reason)
    {
        foreach (ComponentChoice choice in cell.Experiment.Metrics)
        {
            if (Measurement.MeasuresSamples(choice, () => factory.Create<IMetric>(choice, data.Get(cell, cancellationToken).Description)))
                _unmeasured.Add(new(choice.ToMetricSource(), $"{choice.Descriptor.Title}: {reason}", IsFailure: false));
        }
    }
}
