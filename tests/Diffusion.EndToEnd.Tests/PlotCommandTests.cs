using System.Xml.Linq;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>Figures of runs as files.</summary>
public sealed class PlotCommandTests : IDisposable
{
    // Two dimensions, a network, kept states and three budgets: every kind of figure has something to show.
    private const string Manifest = """
        {
          "name": "drawn",
          "data": { "use": "gaussian-mixture", "weights": [0.3, 0.7], "means": [[-2, 0], [1.5, 1]], "standardDeviations": [0.5, 0.3], "count": 100,
            "referenceCount": 100 },
          "schedule": { "use": "variance-exploding", "sigmaMin": 0.02, "sigmaMax": 10 },
          "model": { "use": "mlp", "width": 8, "layers": 1 },
          "loss": "denoising-score-matching",
          "training": { "steps": 50, "batchSize": 32 },
          "grid": "karras", "solver": "heun", "steps": 8, "samples": 60, "metrics": ["sliced-wasserstein"],
          "keep": { "every": 1 },
          "sweep": { "axes": { "solver": ["euler", "euler-maruyama"], "steps": [3, 6, 12, 24] }, "repeats": 5 }
        }
        """;

    private readonly SweepFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_kind_is_drawn_as_svg_and_png()
    {
        _folder.Write("drawn.json", Manifest);
        await _folder.SucceedAsync("run", "drawn.json", "--tracking", "none", "--launcher", "in-process");
        foreach (string kind in new[] { "quality", "order", "pareto", "samples", "trajectory", "training", "schedule" })
        {
            HostResult svg = await _folder.DiffusionAsync("plot", "drawn", "--kind", kind);
            if (kind == "order" && svg.ExitCode == 2)
            {
                // Whether some range is straight is chance here.
                Assert.Contains("has no slopes", svg.Error, StringComparison.Ordinal);
                continue;
            }

            Assert.True(svg.ExitCode == 0, kind + svg.Output + svg.Error);
            XElement root = XDocument.Load(_folder.At($"drawn-{kind}.svg")).Root!;
            Assert.True(root.Descendants().Count() > 20, kind);
            await _folder.SucceedAsync("plot", "drawn", "--kind", kind, "--out", $"{kind}.png");
            Assert.Equal([0x89, 0x50, 0x4E, 0x47], File.ReadAllBytes(_folder.At($"{kind}.png"))[..4]);
        }

        // Numbers reach the figure: a curve of four budgets has four marks more than one of none.
        await _folder.SucceedAsync("plot", "drawn", "--where", "solver=euler", "--out", "one.svg");
        Assert.True(new FileInfo(_folder.At("one.svg")).Length < new FileInfo(_folder.At("drawn-quality.svg")).Length);
    }

    [Theory]
    [InlineData("--kind qualty", "--kind: unknown 'qualty'; did you mean 'quality'?")]
    [InlineData("--format gif", "--format: unknown 'gif'")]
    [InlineData("--out figure.pdf", "--out: unknown 'pdf'")]
    [InlineData("--kind training", "nothing was trained for these cells")]
    [InlineData("--kind trajectory", "no cell has kept states between noise and data")]
    [InlineData("--kind samples", "no cell has a picture of its samples")]
    [InlineData("--kind order", "energy-distance has no slopes")]
    [InlineData("--metric mmmd", "unknown metric 'mmmd'")]
    public async Task What_cannot_be_drawn_is_said_in_one_line(string arguments, string message)
    {
        using SmallSweep sweep = new();
        HostResult run = await sweep.RunAsync("--set", "sweep.repeats=1");
        Assert.True(run.ExitCode == 0, run.Error);
        HostResult result = await sweep.DiffusionAsync(["plot", "small", .. arguments.Split(' ')]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        SweepFolder.AssertCalm(result);
    }
}
