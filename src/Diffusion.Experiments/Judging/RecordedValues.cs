using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Judging;

/// <summary>The records of a run, as claims ask for them.</summary>
public sealed class RecordedValues
{
    private readonly Dictionary<string, CellRecord> _records;
    private readonly MetricLabels _labels;
    private readonly Dictionary<string, MetricSeries> _series;
    private readonly int _repeats = int.MaxValue;

    /// <param name="records">The records.</param>
    /// <param name="folder">The run's folder, for samples; null where they are not asked for.</param>
    public RecordedValues(IReadOnlyList<CellRecord> records, RunFolder? folder)
    {
        Folder = folder;
        _records = records.ToDictionary(record => record.Id.ToString());
        _labels = MetricLabels.ForRecords(records);
        _series = _labels.Series.ToDictionary(series => _labels[series]);
    }

    private RecordedValues(RecordedValues all, int repeats)
    {
        Folder = all.Folder;
        _records = all._records;
        _labels = all._labels;
        _series = all._series;
        _repeats = repeats;
    }

    /// <summary>The names of all values that any record holds.</summary>
    public IReadOnlyCollection<string> Names => _series.Keys;

    /// <summary>The run's folder.</summary>
    internal RunFolder? Folder { get; }

    /// <summary>Whether any record holds a value that is called so.</summary>
    public bool Knows(string metric) => _series.ContainsKey(metric) || _series.Values.Any(series => series.Name == metric);

    /// <summary>The same without what was recorded of later repeats, as though these had not run.</summary>
    /// <param name="repeats">How many repeats are left.</param>
    internal RecordedValues UpTo(int repeats) => new(this, repeats);

    /// <summary>Ids of the cells of a configuration.</summary>
    internal IEnumerable<string> Cells(ClaimedConfiguration configuration) =>
        configuration.Cells.Where(cell => cell.Repeat.Sampling < _repeats).Select(cell => cell.Id);

    /// <summary>Whether every cell of a configuration has ended.</summary>
    internal bool IsWhole(ClaimedConfiguration configuration) => Cells(configuration).All(_records.ContainsKey);

    /// <summary>The records of a configuration, by repeat; cells that have not ended are missing.</summary>
    internal IReadOnlyList<CellRecord> Records(ClaimedConfiguration configuration) =>
        [.. Cells(configuration).Select(id => _records.GetValueOrDefault(id)).OfType<CellRecord>()];

    /// <summary>A record's value of a name: that which tables call so, or the only one whose metric does; null where it has none that is finite.</summary>
    /// <param name="record">The record.</param>
    /// <param name="metric">The name.</param>
    /// <param name="isExactSampler">Whether what an exact sampler would score in its place is meant.</param>
    internal MetricValue? Find(CellRecord record, string metric, bool isExactSampler)
    {
        MetricValue? found = _series.TryGetValue(metric, out MetricSeries series)
            ? isExactSampler ? _labels.FindExact(record, series) : _labels.Find(record, series)
            : (isExactSampler ? record.Exact : record.Metrics).Where(value => value.Name == metric).ToArray() is [var only] ? only : null;
        return found is not null && double.IsFinite(found.Value) ? found : null;
    }
}
