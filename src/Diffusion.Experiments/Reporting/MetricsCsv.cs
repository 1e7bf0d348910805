using System.Globalization;
using System.Text;
using System.Text.Json;
using Diffusion.Experiments.Running;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Reporting;

/// <summary><c>metrics.csv</c>: one row a cell, ready for a data frame.</summary>
public static class MetricsCsv
{
    /// <summary>Writes the file whole.</summary>
    public static void Write(string path, IReadOnlyList<string> axes, IReadOnlyList<CellRecord> records)
    {
        string[] metrics = [.. records.SelectMany(record => record.Metrics).Select(metric => metric.Name).Distinct()];
        var text = new StringBuilder();
        text.AppendJoin(',', ["cell", "repeat", "status", .. axes.Select(Quote), "nfe", .. metrics.SelectMany(name => new[] { Quote(name), Quote($"{name}_se") }), "sampling_seconds", "error"]).Append('\n');
        foreach (CellRecord record in records)
        {
            text.AppendJoin(',', [
                record.Id,
                Number(record.Repeat),
                JsonNamingPolicy.KebabCaseLower.ConvertName(record.Status.ToString()),
                .. axes.Select(axis => Quote(record.Axes[axis])),
                Number(record.Evaluations),
                .. metrics.SelectMany(name => Values(record.Metrics.FirstOrDefault(metric => metric.Name == name))),
                Number(record.SamplingSeconds),
                Quote(record.Error ?? ""),
            ]).Append('\n');
        }

        AtomicFile.WriteAllText(path, text.ToString());
    }

    private static string[] Values(MetricValue? metric) => [Number(metric?.Value), Number(metric?.StandardError)];

    private static string Number(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
