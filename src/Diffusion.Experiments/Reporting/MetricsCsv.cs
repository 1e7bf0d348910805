using System.Globalization;
using System.Text;
using System.Text.Json;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Reporting;

/// <summary>
/// <c>metrics.csv</c>: one row a cell, ready for a data frame. The column <c>samples</c> names the file of its samples, from the run's folder.
/// </summary>
public static class MetricsCsv
{
    private const string ErrorSuffix = "_se";
    private const string ExactSuffix = "_exact";

    private static readonly string[] Costs = ["sampling_seconds", "sampling_cpu_seconds", "model_seconds", "peak_memory_bytes"];

    private static readonly string[] Fixed = ["cell", "repeat", "training_repeat", "status", "nfe", .. Costs, "error", "samples"];

    /// <summary>Writes the file whole.</summary>
    public static void Write(string path, IReadOnlyList<string> axes, IReadOnlyList<CellRecord> records)
    {
        // An axis may be called as a column is ("nfe"), and a metric as either; each column keeps a name of its own.
        HashSet<string> taken = [.. Fixed];
        string[] axisColumns = [.. axes.Select(axis => Unique(axis, "axis", [], taken))];
        var labels = MetricLabels.ForRecords(records);
        MetricSeries[] measured = [.. labels.Series];
        MetricSeries[] exact = [.. measured.Where(series => records.Any(record => labels.FindExact(record, series) is not null))];
        string[] metricColumns = [.. labels.Series.Select(series => Unique(labels[series], "metric", [ErrorSuffix, ExactSuffix], taken))];
        var text = new StringBuilder();
        text.AppendJoin(',', ["cell", "repeat", "training_repeat", "status", .. axisColumns.Select(Quote), "nfe", .. metricColumns.SelectMany(name => new[]
        {
            Quote(name),
            Quote(name + ErrorSuffix),
        }), .. Costs, "error", .. exact.Select(series => Quote(metricColumns[Array.IndexOf(measured, series)] + ExactSuffix)), "samples"]).Append('\n');
        foreach (CellRecord record in records)
        {
            text.AppendJoin(',', [
                record.Id,
                Number(record.Repeat),
                Number(record.TrainingRepeat),
                JsonNamingPolicy.KebabCaseLower.ConvertName(record.Status.ToString()),
                .. axes.Select(axis => Quote(record.Axes[axis])),
                Number(record.Evaluations),
                .. labels.Series.SelectMany(series => Values(labels.Find(record, series))),
                Number(record.SamplingSeconds),
                Number(record.SamplingCpuSeconds),
                Number(record.ModelSeconds),
                Number(record.PeakMemoryBytes),
                Quote(record.Error ?? string.Join("; ", record.Unmeasured.Select(metric => metric.Reason))),
                .. exact.Select(series => Number(labels.FindExact(record, series)?.Value)),
                Quote(record.Samples?.Replace('\\', '/') ?? ""),
            ]).Append('\n');
        }

        AtomicFile.WriteAllText(path, text.ToString());
    }

    private static string Unique(string name, string prefix, string[] suffixes, HashSet<string> taken)
    {
        while (suffixes.Prepend("").Any(suffix => taken.Contains(name + suffix)))
            name = $"{prefix}.{name}";
        taken.UnionWith(suffixes.Prepend("").Select(suffix => name + suffix));
        return name;
    }

    private static string[] Values(MetricValue? metric) => [Number(metric?.Value), Number(metric?.StandardError)];

    private static string Number(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
