using System.Diagnostics;
using Diffusion.Host.Commands;
using Xunit;

namespace Diffusion.Tests.Host;

/// <summary>Whatever stands on the command line, the program answers soon, with 0, 1 or 2 and without a stack trace.</summary>
[Trait("Category", "Slow")]
[Collection(nameof(CommandLineFuzzTests))]
[CollectionDefinition(nameof(CommandLineFuzzTests), DisableParallelization = true)]
public sealed class CommandLineFuzzTests : IDisposable
{
    private const int Lines = 1500;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    // What a manifest holds, valid and otherwise, as a user might leave it.
    private static readonly string[] Contents =
    [
        """
        { "name": "good", "data": { "use": "gaussian-mixture", "weights": [1], "means": [[0]], "standardDeviations": [1], "count": 10, "referenceCount": 10 },
          "schedule": "variance-exploding", "model": "exact-mixture", "grid": "karras", "solver": "euler", "steps": 2, "samples": 4,
          "metrics": ["sliced-wasserstein"] }
        """,
        "", "{", "[]", "null", "{}", "{ \"name\": 1 }", "\0\0", "not JSON", "{ \"extends\": \"m0.json\" }", "{ \"extends\": \"m10.json\" }",
        "{ \"sweep\": { \"axes\": { \"\": [] } } }",
    ];

    private static readonly string[] Commands =
    [
        "run", "plan", "replay", "diff", "plugins", "describe", "certify", "doctor", "schema", "track", "sync", "help", "worker", "--help", "--version",
        "rnu", "",
    ];

    private static readonly string[] Options =
    [
        "--set", "--fresh", "--failed", "--stale", "--only", "--fail-fast", "--results", "--tracking", "--threads", "--workers", "--launcher",
        "--launcher-option", "--plugins", "--json", "--cells",
        "--cell", "--all", "--count", "--train", "--quick", "--markdown", "--task", "--tasks", "-v", "--verbose", "--wat", "-", "--", "-x",
    ];

    private static readonly string[] Values =
    [
        "", " ", "\t", "\0", "a\0b", "0", "-1", "1", "two", "1.5", "1e9", "99999999999999999999", "NaN", "=", "a=", "=b", "a=b", "a=b=c", "steps=3", "steps=",
        "solver=heun", "solver.eta=0.5", "sweep.repeats=2",
        "sweep.axes.solver=[\"euler\"]", "sweep.axes.steps=[", "metrics[0]=x", "[", "{", "\"", "'", "\\", ".", "~", "nope", "nope.json", "good", "good/",
        "good:abc", ":", "good/2020", "uniform", "grid/uniform",
        "metric", "data", "noise", "ddim", "solver/", "in-process", "local", "slurm", "export", "workers=2", "workers=0", "Workers=1", "partition", "none",
        "sqlite:", "sqlite:///x.db", "http://", "http://u:p@h:1/",
        "alice:pw@host", "file:///x", "ftp://x", "<script>", "\u001b[31m", "é", "日本", "\ud800", "%", "?", "#", "*", "results", "m0.json", "m1.json",
        "m3.json", new string('x', 5000), "@file", "@m0.json",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("diffusion-fuzz");
    private readonly string _before = Environment.CurrentDirectory;

    public CommandLineFuzzTests()
    {
        foreach ((int i, string content) in Contents.Index())
            File.WriteAllText(Path.Combine(_folder.FullName, $"m{i}.json"), content);
        Environment.CurrentDirectory = _folder.FullName;
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Random_command_lines_end_soon_and_in_order()
    {
        Random random = new(20260806);
        // Once, so that the compiler's work is on no line's account.
        await RunAsync(["plan", "m0.json"]);
        List<string> faults = [];
        for (int i = 0; i < Lines; i++)
        {
            string[] line = Line(random);
            long begin = Stopwatch.GetTimestamp();
            TimeSpan before = Environment.CpuUsage.TotalTime;
            (int code, string text) = await RunAsync(line);
            TimeSpan wall = Stopwatch.GetElapsedTime(begin), used = Environment.CpuUsage.TotalTime - before;
            string shown = string.Join(' ', line.Select(word => $"'{(word.Length > 80 ? $"{word[..80]}…" : word)}'"));
            if (code is not (0 or 1 or 2))
                faults.Add($"{shown}: exit code {code}: {text}");
            if (text.Contains("   at ", StringComparison.Ordinal) || text.Contains("defect", StringComparison.Ordinal))
                faults.Add($"{shown}: {text}");
            // Of a busy machine the work counts, not the waiting for a turn.
            if (wall > Longest && used > Longest)
                faults.Add($"{shown}: took {wall.TotalSeconds:f1} s, {used.TotalSeconds:f1} s of them at work");
        }

        Assert.True(faults.Count == 0, string.Join("\n", faults.Take(40)));
    }

    private static string[] Line(Random random)
    {
        List<string> words = [Pick(random, Commands)];
        for (int count = random.Next(6); count > 0; count--)
        {
            words.Add(random.Next(3) switch
            {
                0 => Pick(random, Options),
                1 => Pick(random, Values),
                _ => random.Next(2) == 0 ? $"{Pick(random, Options)}={Pick(random, Values)}" : $"m{random.Next(Contents.Length + 1)}.json",
            });
        }

        // What takes minutes by its nature, or waits for its input.
        if (words[0] == "certify")
            words = ["certify", "grid/uniform", "--quick", .. words.Where(word => word.StartsWith('-'))];
        if (words[0] == "worker")
            words.AddRange(["--task", "x"]);
        if (words[0] is "run")
            words.AddRange(["--tracking", "none", "--launcher", "in-process"]);
        return [.. words];
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];

    private static async Task<(int Code, string Text)> RunAsync(string[] line)
    {
        StringWriter output = new();
        int code = await CommandLine.RunAsync(line, output, output, TestContext.Current.CancellationToken);
        return (code, output.ToString());
    }
}
