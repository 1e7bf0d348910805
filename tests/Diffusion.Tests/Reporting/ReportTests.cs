using System.Globalization;
using System.Text;
using System.Text.Json;
using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Reporting.Reading;
using Diffusion.Reporting.Writing;
using Diffusion.Tests.Running;
using Xunit;

namespace Diffusion.Tests.Reporting;

/// <summary>The numbers of a report, and that nothing in them becomes markup.</summary>
public sealed class ReportTests : IDisposable
{
    // Names and texts that end scripts, begin tags, or are line ends to a script alone.
    private const string Hostile = "</script><img src=x onerror=alert(1)>&lt;\"'`\u2028\u2029<!--";

    private readonly SweepBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private static string Page(ReportSource source)
    {
        using MemoryStream stream = new();
        ReportPage.Write(stream, source, new());
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string DataText(string page)
    {
        const string begin = "<script type=\"application/json\" id=\"data\">";
        int start = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return page[start..page.IndexOf("</script>", start, StringComparison.Ordinal)];
    }

    private static JsonElement Data(ReportSource source) => JsonDocument.Parse(DataText(Page(source))).RootElement;

    private static void AssertClose(double expected, JsonElement actual) =>
        Assert.Equal(expected, actual.GetDouble(), Math.Abs(expected) * Math.Pow(10, 1 - JsonNumbers.Digits));

    // Synthetic cells beside the plan and the folder of a real run.
    private static ReportSource With(ReportSource source, IReadOnlyList<string> axes, IEnumerable<ComparedCell> cells) =>
        source with { Cells = new([source.Runs[0].Label], axes, [.. cells]) };

    private static ComparedCell Cell(
        string run, int index, Dictionary<string, string> place, int repeat, IReadOnlyList<MetricValue> metrics, CellStatus status = CellStatus.Done,
        string? error = null) => new(
        new CellRecord
        {
            Id = CellId.Parse($"{index:x12}"),
            Key = StageKey.Parse($"{index:x64}"),
            Repeat = repeat,
            Axes = place,
            Status = status,
            Steps = int.Parse(place["steps"], CultureInfo.InvariantCulture),
            Evaluations = status == CellStatus.Done ? int.Parse(place["steps"], CultureInfo.InvariantCulture) : null,
            Metrics = metrics,
            Error = error,
            SamplingSeconds = 0.0123456789 * (1 + index),
            Started = DateTimeOffset.UnixEpoch,
        },
        run, place, () => new Dictionary<string, string>());

    private async Task<ReportSource> SourceAsync(params string[] sets) => ReportSource.Read([(await _bench.RunAsync(sets)).Folder], []);

    [Fact]
    public async Task Means_intervals_and_verdicts_are_those_of_compare()
    {
        ReportSource source = await SourceAsync("sweep.repeats=6");
        ConfigurationComparison comparison = ConfigurationComparison.Compare(source.Cells, new());
        JsonElement data = Data(source), metric = data.GetProperty("metrics")[0], points = data.GetProperty("points");
        string[][] labels = [.. data.GetProperty("axes").EnumerateArray().Select(axis => axis.GetProperty("labels").EnumerateArray()
            .Select(label => label.GetString()!).ToArray())];
        string[] paths = [.. data.GetProperty("axes").EnumerateArray().Select(axis => axis.GetProperty("path").GetString()!)];
        int compared = 0;
        foreach (ComparisonBlock block in comparison.Blocks)
        {
            foreach (ConfigurationResult configuration in block.Configurations)
            {
                int point = Enumerable.Range(0, points.GetProperty("steps").GetArrayLength()).Single(i => paths.Index().All(axis =>
                    labels[axis.Index][points.GetProperty("axes")[axis.Index][i].GetInt32()]
                        == (axis.Item == comparison.By ? configuration.Name : block.Axes[axis.Item])));
                AssertClose(configuration.Estimate!.Value.Mean, metric.GetProperty("mean")[point]);
                AssertClose(configuration.Estimate.Value.StandardError!.Value, metric.GetProperty("se")[point]);
                AssertClose(configuration.Interval!.Value.Low, metric.GetProperty("lo")[point]);
                AssertClose(configuration.Interval!.Value.High, metric.GetProperty("hi")[point]);
                AssertClose(configuration.Exact!.Value.Mean, metric.GetProperty("floor")[point]);
                AssertClose(configuration.Evaluations!.Value, points.GetProperty("nfe")[point]);
                Assert.Equal(6, metric.GetProperty("n")[point].GetInt32());
                compared++;
            }
        }

        Assert.Equal(4, compared);
        JsonElement written = metric.GetProperty("comparison");
        Assert.Equal(comparison.Names, written.GetProperty("names").EnumerateArray().Select(name => name.GetString()));
        foreach ((ComparisonBlock block, JsonElement own) in comparison.Blocks.Zip(written.GetProperty("blocks").EnumerateArray()))
        {
            PairDifference pair = Assert.Single(block.Pairs);
            AssertClose(pair.Difference!.Value, own.GetProperty("diff")[0]);
            AssertClose(pair.AdjustedPValue!.Value, own.GetProperty("p")[0]);
            Assert.Equal(
                pair.Verdict switch { PairVerdict.Better => "w", PairVerdict.Worse => "l", PairVerdict.NotDistinguishable => "t", _ => "o" },
                own.GetProperty("verdicts").GetString());
        }

        CostCurves curves = comparison.Curves[0];
        Assert.Equal(
            curves.Front.Select(point => (comparison.Names.ToList().IndexOf(point.Name), point.Budget)),
            written.GetProperty("curves")[0].GetProperty("front").EnumerateArray()
                .Select(point => (point.GetProperty("name").GetInt32(), point.GetProperty("budget").GetString()!)));
        // Each cell is there with its own value, to the digits that float32 has.
        JsonElement cells = data.GetProperty("cells");
        Dictionary<string, double> values = source.Cells.Cells.ToDictionary(cell => cell.Record.Id.ToString(), cell => cell.Record.Metrics[0].Value);
        Assert.Equal(values.Count, cells.GetProperty("id").GetArrayLength());
        Assert.All(Enumerable.Range(0, values.Count), i =>
        {
            double value = values[cells.GetProperty("id")[i].GetString()!];
            Assert.Equal(value, cells.GetProperty("values")[0][i].GetDouble(), 1e-6 * Math.Abs(value));
        });
    }

    [Fact]
    public async Task Nothing_in_names_labels_errors_or_facts_becomes_markup()
    {
        ReportSource source = await SourceAsync();
        string calm = Page(source);
        Dictionary<string, string> place = new() { [$"data.{Hostile}"] = Hostile, ["solver"] = Hostile, ["steps"] = "4" };
        ReportedRun run = source.Runs[0];
        RunRecord record = run.Record! with
        {
            Environment = new Dictionary<string, string> { [Hostile] = Hostile },
            Data = new Dictionary<string, DataRecord> { ["d"] = new(Hostile, [2], [Hostile], Hostile, Hostile) },
        };
        ClaimsRecord claims = new(0.95, 0, 1, 0, [new()
        {
            Path = "$.expect[0]", Text = Hostile, Claim = Hostile, Verdict = ClaimVerdict.Failed, Held = 0, Failed = 1, Undecided = 0, DecisiveIndex = 0,
            Comparisons = [new() { Place = Hostile, Claimed = Hostile, Repeats = 1, Verdict = ClaimVerdict.Failed, Decides = Hostile }],
        }]);
        ReportSource hostile = With(source, [.. place.Keys], [
            Cell(run.Label, 1, place, 0, [new(Hostile, 1, null, 1)]),
            Cell(run.Label, 2, place, 1, [], CellStatus.Failed, Hostile),
        ]) with { Skipped = [Hostile], Runs = [run with { Record = record, Claims = claims, Manifest = Hostile }] };
        string page = Page(hostile);
        // The page has the elements of a calm one, and no more.
        foreach (string tag in new[] { "<img", "<script", "</script>", "<style", "<!--", "<title" })
            Assert.Equal(Count(calm, tag), Count(page, tag));
        string data = DataText(page);
        Assert.All(data, c => Assert.True(c < 128 && c is not ('<' or '>' or '&' or '\''), $"'{c}'"));
        // And yet nothing is lost.
        JsonElement root = JsonDocument.Parse(data).RootElement;
        Assert.Equal(Hostile, root.GetProperty("axes")[0].GetProperty("labels")[0].GetString());
        Assert.Equal(Hostile, root.GetProperty("metrics")[0].GetProperty("name").GetString());
        Assert.Equal(Hostile, root.GetProperty("errors")[0].GetString());
        Assert.Equal(Hostile, root.GetProperty("runs")[0].GetProperty("claims").GetProperty("rows")[0][0].GetString());
        Assert.Equal(Hostile, root.GetProperty("runs")[0].GetProperty("environment").GetProperty(Hostile).GetString());

        static int Count(string text, string part) => text.Split(part).Length - 1;
    }

    [Fact]
    public async Task Ten_thousand_cells_with_pictures_stay_under_six_megabytes()
    {
        ReportSource source = await SourceAsync();
        string run = source.Runs[0].Label;
        Random random = new(7);
        List<ComparedCell> cells = [.. Enumerable.Range(0, 10_000).Select(index =>
        {
            (int sigma, int solver, int steps) = (index / 1000, index / 50 % 20, 5 * (1 + (index / 5 % 10)));
            Dictionary<string, string> place = new() { ["schedule.sigmaMax"] = $"{sigma}", ["solver"] = $"solver-{solver}", ["steps"] = $"{steps}" };
            return Cell(run, index, place, index % 5, [.. Enumerable.Range(0, 4).Select(metric => new MetricValue(
                $"metric-{metric}", (1 + solver) / (double)steps * (1 + (0.1 * random.NextDouble())), random.NextDouble(), 1000))]);
        })];

        // Every first repeat has a picture of its own.
        foreach ((int number, ComparedCell cell) in cells.Where(cell => cell.Record.Repeat == 0).ToArray().Index())
        {
            cells[5 * number] = new(
                cell.Record with { Samples = $"samples/{cell.Record.Id}.npy" }, cell.Run, cell.Axes, () => new Dictionary<string, string>());
            StringBuilder svg = new("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 480 480\"><rect/><rect/>");
            foreach (int points in new[] { 272, 600, 0 })
                svg.Append("<g>").AppendJoin("", Enumerable.Range(0, points).Select(_ => string.Create(
                    CultureInfo.InvariantCulture, $"<circle cx=\"{480 * random.NextDouble():f1}\" cy=\"{480 * random.NextDouble():f1}\"/>"))).Append("</g>");
            if (number % 4 == 0)
                File.WriteAllText(source.Runs[0].Folder.PictureFile(SamplesId.Parse(cell.Record.Id.ToString())), svg.Append("</svg>").ToString());
        }

        string page = Page(With(source, ["schedule.sigmaMax", "solver", "steps"], cells));
        Assert.InRange(Encoding.UTF8.GetByteCount(page), 2_000_000, 6_000_000);
        JsonElement data = JsonDocument.Parse(DataText(page)).RootElement;
        Assert.Equal(10_000, data.GetProperty("cells").GetProperty("id").GetArrayLength());
        Assert.Equal(4, data.GetProperty("metrics").GetArrayLength());
        Assert.True(data.GetProperty("pictures").GetArrayLength() > 50);
    }

    [Fact]
    public async Task Pictures_come_back_to_a_tenth_of_a_percent_and_name_their_cell()
    {
        RunOutcome outcome = await _bench.RunAsync(
            """data={"use":"gaussian-mixture","weights":[1],"means":[[0,1]],"standardDeviations":[1],"count":50,"referenceCount":50}""");
        JsonElement data = Data(ReportSource.Read([outcome.Folder], []));
        JsonElement[] pictures = [.. data.GetProperty("pictures").EnumerateArray()];
        Assert.Equal(outcome.Records.Count(record => record.Repeat == 0), pictures.Length);
        foreach (JsonElement picture in pictures)
        {
            string id = data.GetProperty("cells").GetProperty("id")[picture.GetProperty("cell").GetInt32()].GetString()!;
            CellRecord record = outcome.Records.Single(one => one.Id.ToString() == id);
            SamplePicture drawn = PictureReader.Find(outcome.Folder.PictureFile(SamplesId.Parse(Path.GetFileNameWithoutExtension(record.Samples)!)))!;
            string text = picture.GetProperty("points").GetString()!;
            Assert.Equal(2 * drawn.Samples.Length, text.Length);
            const string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            Assert.All(drawn.Samples.Index(), one => Assert.Equal(
                one.Item, ((64 * digits.IndexOf(text[2 * one.Index])) + digits.IndexOf(text[(2 * one.Index) + 1])) / 4096.0, 1e-3));
        }
    }

    [Fact]
    public async Task What_is_damaged_or_foreign_is_told_and_the_rest_shown()
    {
        RunFolder folder = (await _bench.RunAsync()).Folder;
        CellId[] ids = [.. folder.RecordedCells()];
        File.AppendAllText(folder.CellFile(ids[0]), "x");
        File.Copy(folder.CellFile(ids[1]), folder.CellFile(CellId.Parse("ffffffffffff")));
        File.WriteAllText(folder.RecordFile, "{");
        ReportSource source = ReportSource.Read([folder], ["other is left out: it is no run"]);
        Assert.Equal("other is left out: it is no run", source.Skipped[0]);
        Assert.Contains(source.Skipped, text => text.Contains("run.json is damaged", StringComparison.Ordinal));
        Assert.Contains(source.Skipped, text => text.Contains($"1 record is damaged and left out; the same 'diffusion run' computes them again ({ids[0]})",
            StringComparison.Ordinal));
        Assert.Contains(source.Skipped, text => text.Contains("1 record is of cells that its plan does not have, and left out (ffffffffffff)",
            StringComparison.Ordinal));
        JsonElement data = Data(source);
        Assert.Equal(ids.Length - 1, data.GetProperty("cells").GetProperty("id").GetArrayLength());
        Assert.Equal(source.Skipped, data.GetProperty("skipped").EnumerateArray().Select(text => text.GetString()));
        Assert.Contains("with 7 of 8 cells so far", data.GetProperty("summary").GetString(), StringComparison.Ordinal);

        File.WriteAllText(folder.PlanFile, "{}");
        InputException none = Assert.Throws<InputException>(() => ReportSource.Read([folder], []));
        Assert.Contains("damaged plan", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_runs_are_one_sweep_and_a_run_without_cells_has_a_report()
    {
        RunFolder first = (await _bench.RunAsync()).Folder, second = (await _bench.RunAsync("seed=2")).Folder;
        JsonElement data = Data(ReportSource.Read([first, second], []));
        Assert.Equal([first.Label, second.Label], data.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("label").GetString()));
        JsonElement axis = data.GetProperty("axes").EnumerateArray().Single(axis => axis.GetProperty("path").GetString() == "run");
        Assert.Equal(2, axis.GetProperty("labels").GetArrayLength());
        foreach (CellId id in first.RecordedCells())
            File.Delete(first.CellFile(id));
        JsonElement empty = Data(ReportSource.Read([first], []));
        Assert.Equal((0, 0), (empty.GetProperty("metrics").GetArrayLength(), empty.GetProperty("cells").GetProperty("id").GetArrayLength()));
    }

    [Fact]
    public async Task The_page_asks_no_other_machine_for_anything_and_the_same_records_give_the_same_page()
    {
        ReportSource source = await SourceAsync();
        string page = Page(source);
        // A run that finds everything done ends anew, and leaves the page as it is: a tracking store has it already.
        await _bench.RunAsync();
        Assert.Equal(page, Page(ReportSource.Read([source.Runs[0].Folder], [])));
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        foreach (string attribute in new[] { "src=\"", "href=\"", "@import", "url(http" })
            Assert.DoesNotContain(attribute, page[..page.IndexOf("Apache Software Foundation", StringComparison.Ordinal)], StringComparison.Ordinal);
    }
}
