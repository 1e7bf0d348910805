using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>The report in a browser: charts are drawn, filters and sorting work, and nothing leaves the machine.</summary>
[Trait("Category", "Slow")]
public sealed class ReportBrowserTests(Browser browser) : IClassFixture<Browser>
{
    // Two dimensions, so that there are pictures; a network, so that there is training; one claim.
    private const string Manifest = """
        {
          "name": "seen",
          "description": "A sweep to look at. <script>window.harmed = true</script>",
          "data": { "use": "gaussian-mixture", "weights": [0.3, 0.7], "means": [[-2, 0], [1.5, 1]], "standardDeviations": [0.5, 0.3], "count": 200,
            "referenceCount": 200 },
          "schedule": { "use": "variance-exploding", "sigmaMin": 0.02, "sigmaMax": 10 },
          "model": { "use": "mlp", "width": 16, "layers": 1 },
          "loss": "denoising-score-matching",
          "training": { "steps": 200, "batchSize": 32, "schedule": { "use": "variance-exploding", "sigmaMin": 0.01, "sigmaMax": 80 } },
          "grid": "karras",
          "solver": "heun",
          "steps": 8,
          "samples": 150,
          "metrics": ["sliced-wasserstein", "energy-distance"],
          "expect": [{ "claim": "less", "metric": "sliced-wasserstein",
            "left": { "solver": "heun" }, "right": { "solver": "euler" }, "where": { "steps": 4 } }],
          "sweep": { "axes": { "schedule.sigmaMax": [2, 10], "solver": ["euler", "heun", "euler-maruyama"], "steps": [4, 8, 16] }, "repeats": 5 }
        }
        """;

    private const string IsDrawn = """
        box => {
          const canvas = box.querySelector('canvas');
          if (!canvas) return 0;
          const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data, seen = new Set();
          for (let i = 0; i < pixels.length; i += 4) seen.add(pixels[i] << 16 | pixels[i + 1] << 8 | pixels[i + 2]);
          return seen.size;
        }
        """;

    private static async Task<string> DownloadAsync(IPage page, string button)
    {
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.Locator(button).ClickAsync());
        return await File.ReadAllTextAsync(await download.PathAsync(), Encoding.Latin1, TestContext.Current.CancellationToken);
    }

    private static async Task<string[]> ColumnAsync(IPage page, string table, int column) =>
        [.. await page.Locator($"#{table} tbody tr td:nth-child({column})").AllInnerTextsAsync()];

    [Fact]
    public async Task Charts_are_drawn_filters_and_sorting_work_and_nothing_is_asked_for()
    {
        List<string> complaints = [];
        IPage page = await browser.NewPageAsync(complaints);
        using SweepFolder folder = new();
        folder.Write("seen.json", Manifest);
        HostResult run = await folder.DiffusionAsync("run", "seen.json", "--tracking", "none", "--launcher", "in-process");
        Assert.True(run.ExitCode is 0 or 1, run.Output + run.Error);
        await page.GotoAsync($"file://{Path.Combine(folder.Run("seen"), "report.html")}");

        string[] figures = ["quality", "order", "pareto", "matrix", "training-loss", "level-loss"];
        foreach (string figure in figures)
        {
            ILocator box = page.Locator($"#chart-{figure}");
            await box.ScrollIntoViewIfNeededAsync();
            await page.WaitForSelectorAsync($"#chart-{figure} canvas");
            Assert.True(await box.EvaluateAsync<int>(IsDrawn) > 10, $"{figure} is blank");
        }

        Assert.Equal(18, await page.Locator("#section-samples svg").CountAsync());
        Assert.Equal(1, await page.Locator("#claims tbody tr").CountAsync());
        Assert.Equal("18 of 18 places", await page.Locator("#shown").InnerTextAsync());

        // A chosen word leaves its places, in tables, pictures and charts alike.
        const string content = "document.querySelector('#chart-quality canvas').toDataURL()";
        await page.Locator("#chart-quality").ScrollIntoViewIfNeededAsync();
        string before = await page.EvaluateAsync<string>(content);
        await page.Locator("#search").FillAsync("heun");
        Assert.Equal("6 of 18 places", await page.Locator("#shown").InnerTextAsync());
        Assert.All(await ColumnAsync(page, "points", 2), solver => Assert.Equal("heun", solver));
        Assert.Equal(6, await page.Locator("#section-samples svg").CountAsync());
        Assert.NotEqual(before, await page.EvaluateAsync<string>(content));
        await page.Locator("#search").FillAsync("");
        await page.Locator("summary.pick", new() { HasText = "solver" }).ClickAsync();
        await page.Locator("details.axis[open] label", new() { HasText = "euler-maruyama" }).Locator("input").UncheckAsync();
        Assert.Equal("12 of 18 places", await page.Locator("#shown").InnerTextAsync());
        await page.Keyboard.PressAsync("Escape");

        // Heads sort, once up and once down.
        ILocator head = page.Locator("#points th button", new() { HasText = "sliced-wasserstein" });
        int column = await head.EvaluateAsync<int>("button => button.closest('th').cellIndex + 1");
        foreach (bool up in new[] { true, false })
        {
            await head.ClickAsync();
            double[] values = [.. (await ColumnAsync(page, "points", column)).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
            Assert.Equal(12, values.Length);
            Assert.Equal(up ? values.Order() : values.OrderDescending(), values);
        }

        // A configuration shows its cells.
        await page.Locator("#points tbody tr").First.ClickAsync();
        Assert.Equal(5, await page.Locator("#cell-table tbody tr").CountAsync());

        string svg = await DownloadAsync(page, "#quality button:text-is('SVG')");
        Assert.StartsWith("<svg", svg, StringComparison.Ordinal);
        Assert.Contains("exact sampler", svg, StringComparison.Ordinal);
        Assert.StartsWith("\u0089PNG", await DownloadAsync(page, "#quality button:text-is('PNG')"), StringComparison.Ordinal);
        string[] rows = (await DownloadAsync(page, "#quality button:text-is('CSV')")).TrimEnd().Split('\n');
        Assert.Equal(13, rows.Length);
        JsonElement vega = JsonDocument.Parse(await DownloadAsync(page, "#quality button:text-is('Vega-Lite')")).RootElement;
        Assert.Equal(12, vega.GetProperty("data").GetProperty("values").GetArrayLength());

        const string ground = "getComputedStyle(document.body).backgroundColor";
        string light = await page.EvaluateAsync<string>(ground);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.NotEqual(light, await page.EvaluateAsync<string>(ground));
        Assert.False(await page.EvaluateAsync<bool>("'harmed' in window"));
        Assert.Contains("<script>window.harmed", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Ten_thousand_cells_open_and_filter_at_once()
    {
        List<string> complaints = [];
        IPage page = await browser.NewPageAsync(complaints);
        using SweepFolder folder = new();
        string steps = string.Join(", ", Enumerable.Range(1, 25)), sigmas = string.Join(", ", Enumerable.Range(2, 10));
        folder.Write("many.json", $$"""
            {
              "name": "many",
              "data": { "use": "gaussian-mixture", "weights": [1], "means": [[0]], "standardDeviations": [0.5], "count": 20, "referenceCount": 20 },
              "schedule": { "use": "variance-exploding", "sigmaMin": 0.02, "sigmaMax": 10 },
              "model": "exact-mixture", "grid": "karras", "solver": "heun", "steps": 8, "samples": 10, "metrics": ["sliced-wasserstein"],
              "sweep": { "axes": { "schedule.sigmaMax": [{{sigmas}}], "solver": ["euler", "heun", "dpmpp-2m", "euler-maruyama"], "steps": [{{steps}}] },
                "repeats": 10 }
            }
            """);
        await folder.SucceedAsync("run", "many.json", "--tracking", "none", "--launcher", "in-process");
        string report = Path.Combine(folder.Run("many"), "report.html");
        await page.GotoAsync($"file://{report}", new() { WaitUntil = WaitUntilState.Commit });
        await page.WaitForSelectorAsync("#chart-quality canvas");
        double drawn = await page.EvaluateAsync<double>("performance.now()");
        double filtered = await page.EvaluateAsync<double>("""
            async () => {
              const box = document.getElementById('search'), begin = performance.now();
              box.value = 'heun';
              box.dispatchEvent(new Event('input'));
              await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
              return performance.now() - begin;
            }
            """);
        Assert.Equal("250 of 1000 places", await page.Locator("#shown").InnerTextAsync());
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"10 000 cells, {new FileInfo(report).Length / 1e6:f1} MB: first chart after {drawn / 1000:f2} s, filter {filtered:f0} ms"));
        // Ten times what an idle machine takes.
        Assert.InRange(drawn, 0, 20_000);
        Assert.InRange(filtered, 0, 5_000);
        Assert.Empty(complaints);
    }
}
