using System.Text.Json.Nodes;

namespace Diffusion.Experiments.Records;

/// <summary>
/// Tells measured quantities apart, and names them: by the name alone where that is enough, else with what sets their sources apart, "mmd(bandwidth=2)".
/// </summary>
public sealed class MetricLabels
{
    private const int DigestLength = 8;
    private const string DigestPrefix = "sha256:";

    private readonly Dictionary<MetricSeries, string> _labels = [];
    private readonly Dictionary<MetricSeries, MetricSeries> _series = [];
    private readonly List<MetricSeries> _ordered = [];

    /// <param name="values">All values that are to be told apart.</param>
    /// <param name="reserved">Names that stand for something else where the labels are used.</param>
    public MetricLabels(IEnumerable<MetricValue> values, params IEnumerable<string> reserved)
    {
        HashSet<string> taken = [.. reserved];
        foreach (IGrouping<string, MetricSeries> name in values.Select(MetricSeries.StatedBy).Distinct().GroupBy(series => series.Name).ToArray())
        {
            MetricSeries[] known = [.. name.Where(series => series.Source is not null)];
            // A record that does not say where its value comes from means the one quantity of that name, where there is one.
            if (known.Length == 1)
                _series[new(name.Key, null)] = known[0];
            MetricSeries[] distinct = known.Length == 1 ? known : [.. name];
            string[] labels = Named(distinct);
            foreach ((MetricSeries series, string label) in distinct.Zip(labels))
            {
                string unique = label;
                while (!taken.Add(unique))
                    unique = $"metric.{unique}";
                _labels[series] = unique;
            }
        }

        _ordered.AddRange(values.Select(Find).Distinct());
    }

    /// <summary>The quantities, in the order in which they first appear.</summary>
    public IReadOnlyList<MetricSeries> Series => _ordered;

    /// <summary>The label of a quantity.</summary>
    public string this[MetricSeries series] => _labels[series];

    /// <summary>The label of a value's quantity.</summary>
    public string this[MetricValue value] => _labels[Find(value)];

    /// <summary>Those of the values of records.</summary>
    public static MetricLabels ForRecords(IEnumerable<CellRecord> records, params IEnumerable<string> reserved) => new(
        records.SelectMany(record => record.Metrics), reserved);

    /// <summary>The quantity that a value is of.</summary>
    public MetricSeries Find(MetricValue value)
    {
        var own = MetricSeries.StatedBy(value);
        return _series.GetValueOrDefault(own, own);
    }

    /// <summary>A record's value of a quantity; null where it has none.</summary>
    public MetricValue? Find(CellRecord record, MetricSeries series) =>
        record.Metrics.FirstOrDefault(value => value.Name == series.Name && Find(value) == series);

    /// <summary>What an exact sampler would score in a record's place; null where it is not known.</summary>
    public MetricValue? FindExact(CellRecord record, MetricSeries series) =>
        record.Exact.FirstOrDefault(value => value.Name == series.Name && Find(value) == series);

    private static string[] Named(MetricSeries[] series)
    {
        if (series.Length == 1)
            return [series[0].Name];
        bool hasOtherMetrics = series.Select(one => one.Source?.Metric).OfType<string>().Distinct().Skip(1).Any();
        return [.. series.Select(one =>
        {
            if (one.Source is not { } source)
                return $"{one.Name}(options not recorded)";
            // Only those of the same metric have the same options.
            JsonObject options = Options(source);
            JsonObject[] others = [.. series.Select(other => other.Source).OfType<MetricSource>().Where(other => other.Metric == source.Metric)
                .Select(Options)];
            IEnumerable<string> differing = others.SelectMany(other => other.Select(option => option.Key)).Distinct()
                .Where(option => others.Any(other => Text(other[option]) != Text(options[option])))
                .Select(option => $"{option}={Text(options[option])}");
            string[] parts = [.. hasOtherMetrics && source.Metric != one.Name ? [source.Metric] : Array.Empty<string>(), .. differing];
            return parts.Length == 0 ? one.Name : $"{one.Name}({string.Join(", ", parts)})";
        })];
    }

    private static JsonObject Options(MetricSource source)
    {
        try
        {
            return JsonNode.Parse(source.Options) as JsonObject ?? [];
        }
        catch (System.Text.Json.JsonException)
        {
            // A record by another hand: its text as a whole still tells it apart.
            return new() { ["options"] = source.Options };
        }
    }

    private static string Text(JsonNode? value)
    {
        string text = value is JsonValue scalar && scalar.TryGetValue(out string? stated) ? stated : value?.ToJsonString() ?? "default";
        return text.StartsWith(DigestPrefix, StringComparison.Ordinal) ? text[..Math.Min(text.Length, DigestPrefix.Length + DigestLength)] : text;
    }
}
