using System.Collections.Concurrent;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Working;

/// <summary>
/// What a sampler without any error would score: as many samples as a cell has, drawn from the data's own distribution and measured as the cell's are. Cells of
/// one repeat that are measured alike share it. Safe to use from several threads.
/// </summary>
internal sealed class ExactSampling(PlanData data)
{
    private const int Remembered = 256;

    /// <summary>The data of the plan's cells.</summary>
    public PlanData Data => data;

    private readonly ConcurrentDictionary<string, IReadOnlyList<MetricValue>> _known = new(StringComparer.Ordinal);

    /// <summary>
    /// The values of a cell's metrics for exact samples; of those metrics alone that measure samples, and none where the data's distribution is unknown.
    /// </summary>
    /// <param name="cell">The cell.</param>
    /// <param name="kept">The states on its way that are measured as well.</param>
    /// <param name="factory">Builds its metrics.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<MetricValue> Measure(
        ExperimentCell cell, IReadOnlyList<KeptState> kept, ComponentFactory factory, CancellationToken cancellationToken)
    {
        Experiment experiment = cell.Experiment;
        string key = string.Join('\n', [
            cell.DataKey,
            $"{experiment.Reference} {experiment.Samples} {experiment.Seed} {cell.Number.Draw} {experiment.Model.Descriptor.IsMadeFromRows}",
            .. experiment.Metrics.Select(metric => metric.CanonicalJson),
            .. kept.Select(state => FormattableString.Invariant($"{string.Join(' ', state.Times)} {state.Alpha:R} {state.Sigma:R}")),
        ]);
        if (_known.TryGetValue(key, out IReadOnlyList<MetricValue>? known))
            return known;

        using DisposeScope scope = NewDisposeScope();
        if (data.ExactSamples(cell, cancellationToken) is not { } samples)
            return [];
        DataSet set = data.Get(cell, cancellationToken);
        var measurement = new Measurement(
            CellRunner.Setting(experiment, set, factory),
            CellRunner.Input(cell, data, samples, cancellationToken),
            cancellationToken);
        foreach (ComponentChoice choice in experiment.Metrics)
        {
            // What a metric throws here it throws for the cell's own samples as well, where it is reported.
            measurement.Add(choice, () => factory.Create<IMetric>(choice, set.Description), ofModel: false);
        }

        var between = new LevelMeasurement(cell, data, factory, cancellationToken);
        foreach (KeptState state in kept)
            between.Add(state.Times, state.Level, data.ExactSamples(cell, state.Level, cancellationToken)!);
        if (_known.Count >= Remembered)
            _known.Clear();
        return _known[key] = [.. measurement.Values, .. between.Values];
    }
}
