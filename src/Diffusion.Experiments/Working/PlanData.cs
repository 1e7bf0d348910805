using System.Collections.Concurrent;
using Diffusion.Core.Contracts;
using Diffusion.Core.Randomness;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Working;

/// <summary>The data of a plan's cells, each read or drawn once, when first asked for. Safe to use from several threads.</summary>
internal sealed class PlanData(ComponentFactory factory)
{
    // Repeats of a cell follow one another, and a sweep may have thousands.
    private const int RememberedDraws = 32;

    // A repeat has as many as there are levels in its cells; small ones are worth keeping for what metrics have worked out from them.
    private const long MostNoisyBytes = 256_000_000;
    private const int MostNoisy = 1024;

    private readonly Dictionary<string, Lazy<DataSet>> _sets = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Data, int Count, long Stream), Lazy<ReferenceRows>> _draws = [];
    private readonly ConcurrentDictionary<string, ReferenceRows> _shared = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Data, long Seed, int Draw, RowsUse Use, double Alpha, double Sigma), ReferenceRows> _noisy = [];

    // Streams of a generator: the reference of a repeat, and what an exact sampler would have drawn in it. Part of every result: never renumber.
    private enum DrawUse
    {
        Reference = 0,
        ExactSamples = 1,
    }

    // Which rows are given noise.
    private enum RowsUse
    {
        // Those that the data source gives.
        Given,

        // Those that a generator draws for the repeat.
        Generated,

        // Those that the data source gives, drawn with replacement.
        Drawn,
    }

    /// <summary>The data of a cell.</summary>
    public DataSet this[ExperimentCell cell] => Get(cell, CancellationToken.None);

    /// <summary>What a cell's study is told before it runs: the parts that its manifest states.</summary>
    /// <exception cref="OperationCanceledException">The token of whoever asked for the data first was cancelled.</exception>
    public StudySetting Setting(ExperimentCell cell, ComponentFactory components, CancellationToken cancellationToken) => new()
    {
        Schedule = cell.Experiment.Schedule.IsNone ? null : components.Create<NoiseSchedule>(cell.Experiment.Schedule),
        Data = cell.Experiment.Data.IsNone ? null : Get(cell, cancellationToken),
    };

    /// <summary>The data of a cell, as its source gives them.</summary>
    /// <exception cref="OperationCanceledException">The token of whoever asked for them first was cancelled.</exception>
    public DataSet Get(ExperimentCell cell, CancellationToken cancellationToken)
    {
        Lazy<DataSet>? set;
        lock (_sets)
        {
            if (!_sets.TryGetValue(cell.DataKey, out set))
                _sets[cell.DataKey] = set = new(() => Load(cell.Experiment.Data, cancellationToken));
        }

        return set.Value;
    }

    /// <summary>The reference rows of a cell: those of its repeat where each repeat draws its own.</summary>
    /// <exception cref="OperationCanceledException">The token of whoever asked for the data first was cancelled.</exception>
    public ReferenceRows Reference(ExperimentCell cell, CancellationToken cancellationToken)
    {
        DataSet set = Get(cell, cancellationToken);
        return cell.Experiment.Reference == ReferenceDraw.PerRepeat
            ? Draw(cell, (int)set.Reference.shape[0], DrawUse.Reference, cancellationToken)
            : _shared.GetOrAdd(cell.DataKey, _ => new(set.Reference));
    }

    /// <summary>
    /// What a sampler that draws from the data's own distribution would give in a cell's place: float64, as many rows as the cell has samples. A generator
    /// draws them; rows that are themselves the distribution are drawn with replacement. Null where the distribution is not known.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token of whoever asked for the data first was cancelled.</exception>
    public Tensor? ExactSamples(ExperimentCell cell, CancellationToken cancellationToken)
    {
        DataSet set = Get(cell, cancellationToken);
        if (cell.Experiment.Data.Descriptor.IsGenerator)
            return Draw(cell, cell.Experiment.Samples, DrawUse.ExactSamples, cancellationToken).Rows;
        if (!HasExactSamples(cell))
            return null;
        using DisposeScope scope = NewDisposeScope();
        long[] drawn = RowDraw.WithReplacement(
            new(cell.Experiment.Seed, cell.Number.Draw, NoiseDomain.Measurement), cell.Experiment.Samples, set.Reference.shape[0]);
        return set.Reference.index_select(0, tensor(drawn)).MoveToOuterDisposeScope();
    }

    /// <summary>Whether the distribution of a cell's data is known, so that samples of it can be drawn.</summary>
    public bool HasExactSamples(ExperimentCell cell) =>
        cell.Experiment.Data.Descriptor.IsGenerator || (this[cell] is var set && ReferenceEquals(set.Reference, set.Train));

    /// <summary>What the samples of a cell are compared with.</summary>
    /// <exception cref="OperationCanceledException">The token of whoever asked for the data first was cancelled.</exception>
    public NoisyData Clean(ExperimentCell cell, CancellationToken cancellationToken)
    {
        DataSet set = Get(cell, cancellationToken);
        ReferenceRows rows = Reference(cell, cancellationToken);
        return new(set.Description, rows, set.Reference, ReferenceEquals(rows.Rows, set.Train));
    }

    /// <summary>
    /// What the states of a cell's run are compared with at a noise level. Reference rows get the noise of the forward process. Rows that are themselves the
    /// distribution are drawn anew in each repeat, with replacement, since the noisy law has no finite number of rows.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token of whoever asked for the data first was cancelled.</exception>
    public NoisyData At(ExperimentCell cell, NoiseLevel level, CancellationToken cancellationToken)
    {
        NoisyData clean = Clean(cell, cancellationToken);
        if (NoisyData.IsOfData(level))
            return clean;
        DataSet set = Get(cell, cancellationToken);
        RowsUse use = cell.Experiment.Reference == ReferenceDraw.PerRepeat ? RowsUse.Generated
            : ReferenceEquals(set.Reference, set.Train) ? RowsUse.Drawn
            : RowsUse.Given;
        return new(
            NoisyData.DescriptionAt(set.Description, level),
            Noisy(cell, clean.Reference.Rows, use == RowsUse.Given ? 0 : cell.Number.Draw, use, level),
            Noisy(cell, set.Reference, 0, RowsUse.Given, level).Rows,
            false);
    }

    /// <summary>What <see cref="ExactSamples(ExperimentCell, CancellationToken)"/> gives, at a noise level.</summary>
    /// <exception cref="OperationCanceledException">The token of whoever asked for the data first was cancelled.</exception>
    public Tensor? ExactSamples(ExperimentCell cell, NoiseLevel level, CancellationToken cancellationToken)
    {
        using DisposeScope scope = NewDisposeScope();
        return ExactSamples(cell, cancellationToken) is { } samples
            ? WithNoise(samples, level, new(cell.Experiment.Seed, cell.Number.Draw, NoiseDomain.ExactSamples)).MoveToOuterDisposeScope()
            : null;
    }

    private ReferenceRows Noisy(ExperimentCell cell, Tensor rows, int draw, RowsUse use, NoiseLevel level)
    {
        var key = (cell.DataKey, cell.Experiment.Seed, draw, use, level.Alpha, level.Sigma);
        if (_noisy.TryGetValue(key, out ReferenceRows? known))
            return known;
        // What is dropped may still be in use, so nobody disposes it.
        if (_noisy.Count >= Math.Clamp(MostNoisyBytes / Math.Max(1, rows.numel() * sizeof(double)), 2, MostNoisy))
            _noisy.Clear();
        return _noisy.GetOrAdd(key, _ =>
        {
            using DisposeScope scope = NewDisposeScope();
            NoiseKey noise = new(cell.Experiment.Seed, draw, NoiseDomain.Reference);
            Tensor drawn = use == RowsUse.Drawn ? rows.index_select(0, tensor(RowDraw.WithReplacement(noise, (int)rows.shape[0], rows.shape[0]))) : rows;
            Tensor noisy = WithNoise(drawn, level, noise);
            noisy.DetachFromDisposeScope();
            return new(noisy);
        });
    }

    // α x + σ ε.
    private static Tensor WithNoise(Tensor rows, NoiseLevel level, NoiseKey noise) =>
        (rows * level.Alpha).add_(new PhiloxNoiseSource(noise, 0, 1).Independent(0, rows), alpha: level.Sigma);

    private ReferenceRows Draw(ExperimentCell cell, int count, DrawUse use, CancellationToken cancellationToken)
    {
        (string, int, long) key = (cell.DataKey, count, (cell.Number.Draw * (long)Enum.GetValues<DrawUse>().Length) + (long)use);
        Lazy<ReferenceRows>? rows;
        lock (_draws)
        {
            if (!_draws.TryGetValue(key, out rows))
            {
                // What is dropped may still be in use, so nobody disposes it.
                if (_draws.Count == RememberedDraws)
                    _draws.Clear();
                DataDescription description = Get(cell, cancellationToken).Description;
                _draws[key] = rows = new(() => new(Drawn(cell.Experiment.Data, count, key.Item3, description)));
            }
        }

        return rows.Value;
    }

    private Tensor Drawn(ComponentChoice choice, int count, long stream, DataDescription description) => Ask(choice, "drawing rows", components =>
    {
        using DisposeScope scope = NewDisposeScope();
        IDataGenerator source = components.Create<IDataGenerator>(choice);
        Tensor rows = source.Draw(count, stream).CheckedDraw(source, count, description.Shape);
        rows.DetachFromDisposeScope();
        return rows;
    });

    private DataSet Load(ComponentChoice choice, CancellationToken cancellationToken) =>
        Ask(choice, "reading the data", components => components.Create<IDataSource>(choice).LoadDetached(cancellationToken));

    private T Ask<T>(ComponentChoice choice, string doing, Func<ComponentFactory, T> give)
    {
        using ComponentScope scope = factory.OpenScope();
        using ComponentActivity activity = ComponentActivity.Begin(choice.Descriptor, doing, isBrief: false);
        try
        {
            return give(scope.Factory);
        }
        catch (Exception e) when (e is not (ArgumentException or IOException or InvalidDataException
            or UnauthorizedAccessException or OperationCanceledException or ComponentException))
        {
            throw ComponentException.Wrap(choice.Descriptor, doing, e);
        }
    }
}
