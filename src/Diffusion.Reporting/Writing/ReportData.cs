using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Storage;
using Diffusion.Reporting.Reading;

namespace Diffusion.Reporting.Writing;

/// <summary>The numbers of a report as one JSON document, columns rather than rows where there are many. docs/report.md says what stands where.</summary>
/// <param name="source">The runs.</param>
/// <param name="limits">How much may be written.</param>
internal sealed class ReportData(ReportSource source, ReportLimits limits)
{
    // What is escaped here cannot end a script or begin a tag: <, >, &, quotes, and all that is not ASCII, U+2028 and U+2029 with it.
    private static readonly JsonWriterOptions Escaped = new() { Encoder = JavaScriptEncoder.Default };

    private const int Version = 1;
    private const int CurvePoints = 200;
    private const int LongestText = 200_000;

    private readonly List<string> _left = [.. source.Skipped];
    private readonly List<string> _errors = [];
    private readonly Dictionary<string, int> _errorNumbers = [];

    /// <summary>The document.</summary>
    /// <param name="title">What it is a report of.</param>
    /// <param name="summary">The report in one sentence.</param>
    public byte[] ToUtf8(string title, string summary)
    {
        var points = QualityPoints.FromRuns(source.Cells);
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Escaped))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("title", title);
            json.WriteString("summary", summary);
            if (source.Cells.Cells.Count > 0)
                json.WriteString("last", source.Cells.Cells.Max(cell => cell.Record.Started.AddSeconds(cell.Record.Seconds)));
            Runs(json);
            Axes(json, points);
            Points(json, points);
            Cells(json, points);
            Metrics(json, points, stream);
            Training(json);
            Pictures(json, points, stream);
            json.Strings("errors", _errors);
            json.Strings("skipped", _left);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private void Runs(Utf8JsonWriter json)
    {
        json.WriteStartArray("runs");
        foreach (ReportedRun run in source.Runs)
        {
            json.WriteStartObject();
            json.WriteString("label", run.Label);
            json.WriteString("description", run.Plan.Description);
            json.WriteString("status", run.Record is { } record ? JsonNamingPolicy.KebabCaseLower.ConvertName(record.Status.ToString()) : "unknown");
            json.WriteString("planKey", run.Plan.PlanKey);
            json.WriteNumber("planned", run.Plan.Ids.Count());
            json.WriteNumber("repeats", run.Plan.Repeats);
            json.WriteNumber("networks", run.Plan.TrainingRepeats);
            if (run.Record is { } known)
            {
                json.WriteString("started", known.Started);
                json.Labels("environment", known.Environment);
                json.WriteStartArray("data");
                foreach (DataRecord data in known.Data?.Values ?? [])
                    json.Strings([data.Name, string.Join(" × ", data.Shape), string.Join(", ", data.Columns), data.Source, data.Digest]);
                json.WriteEndArray();
            }

            json.WriteString("manifest", run.Manifest.Length > LongestText ? $"{run.Manifest[..LongestText]}…" : run.Manifest);
            Claims(json, run.Claims);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Claims(Utf8JsonWriter json, ClaimsRecord? claims)
    {
        if (claims is null)
            return;
        ReportSection section = ClaimsReport.Section(new(claims.Confidence, claims.Claims));
        json.WriteStartObject("claims");
        json.Strings("lines", section.Lines);
        json.Strings("headers", section.Table!.Headers);
        json.Strings("verdicts", claims.Claims.Select(claim => JsonNamingPolicy.KebabCaseLower.ConvertName(claim.Verdict.ToString())));
        json.WriteStartArray("rows");
        foreach (string[] row in section.Table.Rows)
            json.Strings(row);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static Dictionary<string, int>[] LabelNumbers(QualityPoints points)
    {
        Dictionary<string, int>[] numbers = [.. points.Axes.Select(_ => new Dictionary<string, int>())];
        foreach (QualityPoint point in points.Points)
        {
            foreach ((int axis, string label) in point.Labels.Index())
                numbers[axis].TryAdd(label, numbers[axis].Count);
        }

        return numbers;
    }

    private static void Axes(Utf8JsonWriter json, QualityPoints points)
    {
        Dictionary<string, int>[] numbers = LabelNumbers(points);
        json.WriteStartArray("axes");
        foreach ((int axis, string path) in points.Axes.Index())
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            json.WriteBoolean("cost", QualityPoints.IsCost(path));
            json.Strings("labels", numbers[axis].Keys);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("unit", JsonNamingPolicy.KebabCaseLower.ConvertName(points.Unit.ToString()));
    }

    private static void Points(Utf8JsonWriter json, QualityPoints points)
    {
        Dictionary<string, int>[] numbers = LabelNumbers(points);
        json.WriteStartObject("points");
        json.WriteStartArray("axes");
        for (int axis = 0; axis < points.Axes.Count; axis++)
        {
            json.WriteStartArray();
            foreach (QualityPoint point in points.Points)
                json.WriteNumberValue(numbers[axis][point.Labels[axis]]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.Numbers("steps", points.Points.Select(point => point.Steps));
        json.Numbers("nfe", points.Points.Select(point => First(point)?.Evaluations));
        json.Numbers("seconds", points.Points.Select(point => First(point)?.Seconds));
        json.Numbers("cells", points.Points.Select(point => point.Cells.Count));
        foreach (CellStatus status in new[] { CellStatus.Done, CellStatus.Diverged, CellStatus.Failed, CellStatus.NotApplicable })
            json.Numbers(Word(status), points.Points.Select(point => point.Count(status)));
        json.WriteEndObject();

        static ConfigurationResult? First(QualityPoint point) => point.Results.Count > 0 ? point.Results[0] : null;
    }

    private void Cells(Utf8JsonWriter json, QualityPoints points)
    {
        (int Point, ComparedCell Cell)[] cells = [.. points.Points.Index().SelectMany(point => point.Item.Cells.Select(cell => (point.Index, cell)))];
        Dictionary<string, int> runs = source.Runs.Index().ToDictionary(run => run.Item.Label, run => run.Index);
        json.WriteStartObject("cells");
        json.Strings("id", cells.Select(one => one.Cell.Record.Id.ToString()));
        json.Numbers("point", cells.Select(one => one.Point));
        json.Numbers("run", cells.Select(one => runs[one.Cell.Run]));
        json.Numbers("repeat", cells.Select(one => one.Cell.Record.Repeat));
        json.Numbers("network", cells.Select(one => one.Cell.Record.TrainingRepeat));
        json.WriteString("status", string.Concat(cells.Select(one => Letter(one.Cell.Record.Status))));
        json.Numbers("nfe", cells.Select(one => one.Cell.Record.Evaluations), isOfCell: true);
        json.Numbers("seconds", cells.Select(one => (double?)one.Cell.Record.SamplingSeconds), isOfCell: true);
        json.Numbers("error", cells.Select(one => ErrorNumber(one.Cell.Record)));
        json.WriteStartArray("values");
        foreach (MeasuredMetric metric in points.Metrics.Take(limits.CellMetrics))
        {
            json.WriteStartArray();
            foreach ((_, ComparedCell cell) in cells)
                json.Number(metric.ValueIn(cell.Record)?.Value, isOfCell: true);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        if (points.Metrics.Count > limits.CellMetrics)
            _left.Add($"The table of cells has the first {limits.CellMetrics} of {points.Metrics.Count} metrics; metrics.csv has all.");
    }

    private int ErrorNumber(CellRecord record)
    {
        string text = record.Error ?? string.Join("; ", record.Unmeasured.Select(metric => metric.Reason));
        if (record.Log is { } log)
            text += $" ({log})";
        if (text.Length == 0)
            return -1;
        if (!_errorNumbers.TryGetValue(text, out int number))
        {
            _errorNumbers[text] = number = _errors.Count;
            _errors.Add(text.Length > 2000 ? $"{text[..2000]}…" : text);
        }

        return number;
    }

    private void Metrics(Utf8JsonWriter json, QualityPoints points, MemoryStream stream)
    {
        List<string> leftOut = [];
        int pairs = 0;
        json.WriteStartArray("metrics");
        foreach ((int index, MeasuredMetric metric) in points.Metrics.Index())
        {
            json.Flush();
            // The first is the one that the manifest's author cares about most.
            if (index > 0 && stream.Length > limits.DataBytes)
            {
                leftOut.Add(metric.Name);
                continue;
            }

            ConfigurationResult[] results = [.. points.Points.Select(point => point.Results[index])];
            json.WriteStartObject();
            json.WriteString("name", metric.Name);
            json.WriteString("time", metric.Time);
            json.WriteString("goal", metric.Goal.ToString());
            json.WriteString("direction", JsonNamingPolicy.KebabCaseLower.ConvertName(metric.Goal.Direction.ToString()));
            json.Number("target", metric.Goal.Target);
            json.WriteBoolean("isError", metric.Convergence != MetricConvergence.Unknown);
            json.Numbers("mean", results.Select(result => result.Estimate?.Mean));
            json.Numbers("se", results.Select(result => result.Estimate is { } estimate ? estimate.StandardError ?? estimate.OwnError : null));
            json.Numbers("lo", results.Select(result => result.Interval?.Low));
            json.Numbers("hi", results.Select(result => result.Interval?.High));
            json.Numbers("n", results.Select(result => result.Estimate?.Count ?? 0));
            json.Numbers("floor", results.Select(result => result.Exact?.Mean));
            json.Numbers("asExact", results.Select(result => result.IsAsExact ? 1 : 0));
            // Laws on the way are many, and compared one by one when asked for.
            if ((index == 0 || metric.Time is null) && ConfigurationComparison.Usual(source.Cells, metric.Name) is { } comparison)
            {
                pairs += comparison.Blocks.Sum(block => block.Pairs.Count);
                json.WritePropertyName("comparison");
                ComparisonBlocks.Write(json, comparison, withDifferences: pairs <= limits.Pairs);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (leftOut.Count > 0)
            _left.Add($"{Counted.Text(leftOut.Count, "metric")} would make the file too large and {(leftOut.Count == 1 ? "is" : "are")} left out: "
                + $"{string.Join(", ", leftOut.Take(8))}{(leftOut.Count > 8 ? ", …" : "")}. metrics.csv and 'diffusion compare --metric' have them.");
    }

    private void Training(Utf8JsonWriter json)
    {
        json.WriteStartArray("training");
        int left = 0, written = 0;
        foreach (ReportedRun run in source.Runs)
        {
            TrainedModelStore store = new(run.Folder.Results);
            foreach (StageKey key in source.Cells.Cells.Where(cell => cell.Run == run.Label).Select(cell => cell.Record.Model).OfType<StageKey>().Distinct())
            {
                if (written == limits.Models)
                {
                    left++;
                    continue;
                }

                if (RecordJson.Find<TrainedModelRecord>(store.RecordOf(key)) is not { } model)
                {
                    _left.Add($"{run.Label}: the record of the trained model {key[..8]} is gone or damaged; its training curve is left out");
                    continue;
                }

                written++;
                json.WriteStartObject();
                json.WriteString("run", run.Label);
                json.WriteString("key", key[..8]);
                json.WriteString("name", NameOf(model));
                json.WriteNumber("parameters", model.Parameters);
                json.Number("seconds", model.Seconds);
                var curve = model.Curve.Where((_, i) => i % ((model.Curve.Count / CurvePoints) + 1) == 0 || i == model.Curve.Count - 1).ToArray();
                json.Numbers("step", curve.Select(point => point.Step));
                json.Numbers("loss", curve.Select(point => (double?)point.Loss));
                json.Numbers("level", model.LevelLosses.Select(level => (double?)level.HalfLogSnr));
                json.Numbers("levelLoss", model.LevelLosses.Select(level => (double?)level.Loss));
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        if (left > 0)
            _left.Add($"{Counted.Text(left, "training curve")} beyond the first {limits.Models} {(left == 1 ? "is" : "are")} left out.");
    }

    private static string NameOf(TrainedModelRecord model) =>
        model.Setup["model"] is JsonObject choice && choice["use"] is JsonValue name && name.TryGetValue(out string? text) ? text : "model";

    private void Pictures(Utf8JsonWriter json, QualityPoints points, MemoryStream stream)
    {
        json.Flush();
        (int Cell, string File)[] files = [.. points.Points.SelectMany(point => point.Cells).Index()
            .Select(cell => (cell.Index, PictureOf(cell.Item))).Where(picture => picture.Item2 is not null && File.Exists(picture.Item2))!];
        // Pictures take what the numbers leave. Fewer points come before fewer pictures: those show the same, less densely.
        long room = Math.Max(limits.DataBytes - stream.Length, limits.PictureBytes / 4);
        int most = Math.Clamp((int)(room / (limits.LeastPoints * PointBytes)), 1, limits.Pictures);
        int kept = Math.Min(files.Length, most), count = kept == 0 ? 0 : (int)Math.Clamp(
            Math.Min(room, limits.PictureBytes) / (kept * PointBytes), limits.LeastPoints, limits.MostPoints);
        List<string> references = [];
        json.WriteStartArray("pictures");
        foreach ((int cell, string file) in Enumerable.Range(0, kept).Select(i => files[(int)((long)i * files.Length / kept)]))
        {
            if (PictureReader.Find(file) is not { } picture)
                continue;
            string reference = PointText.Encode(picture.Reference, limits.ReferencePoints);
            if (references.IndexOf(reference) is < 0)
                references.Add(reference);
            json.WriteStartObject();
            json.WriteNumber("cell", cell);
            json.WriteNumber("reference", references.IndexOf(reference));
            json.WriteString("points", PointText.Encode(picture.Samples, count));
            json.Strings("texts", picture.Texts);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Strings("references", references);
        if (kept < files.Length)
            _left.Add($"{files.Length - kept} of {files.Length} pictures of samples are left out, so that the file stays small; samples/ has them.");
    }

    private const int PointBytes = 4;

    private string? PictureOf(ComparedCell cell) => cell.Record is { Repeat: 0, Samples: { } samples }
        && source.Runs.FirstOrDefault(run => run.Label == cell.Run) is { } owner
        ? owner.Folder.PictureFile(SamplesId.Parse(Path.GetFileNameWithoutExtension(samples)))
        : null;

    private static string Word(CellStatus status) => status switch
    {
        CellStatus.Done => "done",
        CellStatus.Diverged => "diverged",
        CellStatus.Failed => "failed",
        _ => "na",
    };

    private static char Letter(CellStatus status) => status switch
    {
        CellStatus.Done => 'd',
        CellStatus.Diverged => 'x',
        CellStatus.Failed => 'f',
        _ => 'n',
    };
}
