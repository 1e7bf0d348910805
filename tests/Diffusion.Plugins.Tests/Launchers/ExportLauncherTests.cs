using System.Diagnostics;
using Diffusion.Launchers;
using Xunit;

namespace Diffusion.Plugins.Tests.Launchers;

public sealed class ExportLauncherTests : IDisposable
{
    // Leaves a record for each task, and fails where a sample comes before the training.
    private const string Worker = """
        shift
        case "$2" in s*) [ -e "$0/t'0.json" ] || exit 1 ;; esac
        while [ "$1" = --task ]; do echo "$$ $MARK $PWD" > "$0/$2.json"; shift 2; done
        """;

    private readonly FakeRun _run = new();

    public void Dispose() => _run.Dispose();

    private FakeLaunch Request(params LaunchStage[] stages) => _run.Request(stages) with { WorkerCommand = ["/bin/sh", "-c", Worker, _run.Folder, "it's"] };

    private string File(string name) => Path.Combine(_run.Folder, "export", name);

    private static LaunchOutcome Export(FakeLaunch request, int tasksPerCommand = 1) =>
        new ExportLauncher(new() { TasksPerCommand = tasksPerCommand }).Launch(request, TestContext.Current.CancellationToken);

    private static async Task<int> Shell(string command)
    {
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = "/", RedirectStandardOutput = true })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    [Fact]
    public async Task Carrying_out_what_was_written_leaves_the_records_stage_by_stage()
    {
        FakeLaunch request = Request(new("train", ["t'0"]), new("sample", ["s 0", "s1", "s2"]));
        LaunchOutcome outcome = Export(request);
        Assert.Contains("4 tasks are written down", outcome.HandedOver, StringComparison.Ordinal);
        Assert.Contains("the same 'diffusion run' collects the results", outcome.HandedOver, StringComparison.Ordinal);
        Assert.Empty(_run.Ended);
        Assert.Equal(3, System.IO.File.ReadLines(File("commands-sample.txt")).Count());

        Assert.Equal(0, await Shell($"exec '{File("run.sh").Replace("'", "'\\''", StringComparison.Ordinal)}' 2"));
        Assert.Null(Export(request).HandedOver);
        Assert.Equal(["s 0", "s1", "s2", "t'0"], _run.Ended.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFiles(Path.Combine(_run.Folder, "export"), "commands-*"));
    }

    [Fact]
    public async Task A_line_is_a_command_by_itself_in_any_folder()
    {
        Environment.SetEnvironmentVariable("DIFFUSION_TEST_EXPORT", "a 'b'");
        Environment.SetEnvironmentVariable("DIFFUSION__TRACKING__URI", "http://ada:s3cret@host");
        try
        {
            Export(Request(new LaunchStage("train", ["t'0", "t1", "t2"])), tasksPerCommand: 2);
        }
        finally
        {
            Environment.SetEnvironmentVariable("DIFFUSION_TEST_EXPORT", null);
            Environment.SetEnvironmentVariable("DIFFUSION__TRACKING__URI", null);
        }

        string[] lines = await System.IO.File.ReadAllLinesAsync(File("commands-train.txt"), TestContext.Current.CancellationToken);
        Assert.Equal(2, lines.Length);
        Assert.Equal(0, await Shell(lines[0]));
        Assert.True(_run.Request().HasRecord("t'0") && _run.Request().HasRecord("t1"));
        Assert.False(_run.Request().HasRecord("t2"));
        Assert.EndsWith(
            Environment.CurrentDirectory,
            (await System.IO.File.ReadAllTextAsync(Path.Combine(_run.Folder, "t1.json"), TestContext.Current.CancellationToken)).TrimEnd(),
            StringComparison.Ordinal);

        string worker = await System.IO.File.ReadAllTextAsync(File("worker.sh"), TestContext.Current.CancellationToken);
        Assert.Contains(@"export DIFFUSION_TEST_EXPORT='a '\''b'\'''", worker, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", worker, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_fails_fails_the_script_but_not_the_others()
    {
        Export(Request(new LaunchStage("sample", ["s0", "t'0", "u1"])));
        Assert.NotEqual(0, await Shell($"exec '{File("run.sh").Replace("'", "'\\''", StringComparison.Ordinal)}' 1"));
        Assert.True(_run.Request().HasRecord("u1"));
        Export(Request(new LaunchStage("sample", ["s0", "t'0", "u1"])));
        Assert.EndsWith(
            "--task s0",
            Assert.Single(await System.IO.File.ReadAllLinesAsync(File("commands-sample.txt"), TestContext.Current.CancellationToken)),
            StringComparison.Ordinal);
    }
}
