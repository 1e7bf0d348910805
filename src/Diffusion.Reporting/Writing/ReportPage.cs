using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Storage;
using Diffusion.Reporting.Reading;

namespace Diffusion.Reporting.Writing;

/// <summary>The report of runs: one file with its style, its scripts and its numbers, which asks no other machine for anything.</summary>
public static class ReportPage
{
    // Nothing is fetched, wherever the page is shown; downloads and pictures are made in the page itself.
    private const string Policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; "
        + "form-action 'none'";

    /// <summary>Writes the report whole or not at all. The same records give the same file, whenever it is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="source">The runs.</param>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public static void Write(string path, ReportSource source) => AtomicFile.Write(path, stream => Write(stream, source, new()));

    /// <summary>Writes the report.</summary>
    internal static void Write(Stream stream, ReportSource source, ReportLimits limits)
    {
        string title = Title(source), summary = Summary(source);
        byte[] data = new ReportData(source, limits).ToUtf8(title, summary);
        HtmlEncoder html = HtmlEncoder.Default;
        Text($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{Policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{html.Encode(title)}</title>
            <style>

            """);
        Asset("report.css");
        Text($"""
            </style>
            </head>
            <body>
            <header><h1>{html.Encode(title)}</h1><p id="summary">{html.Encode(summary)}</p>
            <noscript><p>Charts and tables need JavaScript. The numbers are in metrics.csv and comparison.md beside this file.</p></noscript></header>
            <div id="filter"></div>
            <main id="main"></main>
            <script type="application/json" id="data">
            """);
        stream.Write(data);
        Text("</script>\n<script>\n");
        Asset("echarts.js");
        Text("\n</script>\n<script>\n");
        Asset("report.js");
        Text("</script>\n</body>\n</html>\n");

        void Text(string text) => stream.Write(Encoding.UTF8.GetBytes(text));

        void Asset(string name)
        {
            using Stream asset = typeof(ReportPage).Assembly.GetManifestResourceStream(name)
                ?? throw new InvalidOperationException($"the assembly lacks {name}");
            asset.CopyTo(stream);
        }
    }

    private static string Title(ReportSource source)
    {
        string[] names = [.. source.Runs.Select(run => run.Plan.Name).Distinct()];
        return names.Length <= 3 ? string.Join(", ", names) : $"{names[0]} and {names.Length - 1} more experiments";
    }

    /// <summary>What there is and what came out, in one sentence.</summary>
    private static string Summary(ReportSource source)
    {
        CellRecord[] records = [.. source.Cells.Cells.Select(cell => cell.Record).DistinctBy(record => record.Id)];
        int planned = source.Runs.SelectMany(run => run.Plan.Ids).Distinct().Count();
        List<string> parts = [source.Runs is [{ } only] ? $"Run {only.Label}" : Counted.Text(source.Runs.Count, "run")];
        parts[0] += records.Length == planned
            ? $" with {Counted.Text(planned, "cell")}"
            : string.Create(CultureInfo.InvariantCulture, $" with {records.Length} of {planned} cells so far");
        foreach ((CellStatus status, string word) in new[]
        {
            (CellStatus.Failed, "failed"), (CellStatus.Diverged, "diverged"), (CellStatus.NotApplicable, "n/a"),
        })
        {
            if (records.Count(record => record.Status == status) is > 0 and var count)
                parts.Add($"{count} {word}");
        }

        ClaimVerdicts[] claims = [.. source.Runs.Select(run => run.Claims).OfType<ClaimsRecord>()
            .Select(record => new ClaimVerdicts(record.Confidence, record.Claims))];
        if (claims.Length > 0)
            parts.Add(ClaimsReport.Summary(claims));
        return $"{string.Join("; ", parts)}.";
    }
}
