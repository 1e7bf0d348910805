using System.Collections.Concurrent;
using Diffusion.Launchers;
using Xunit;

namespace Diffusion.Plugins.Tests.Launchers;

public sealed class InProcessLauncherTests
{
    private static readonly string[] Cells = [.. Enumerable.Range(0, 40).Select(i => $"{i:d4}")];

    private static FakeLaunch Request(Action<string, CancellationToken> execute) => new()
    {
        Stages = [new("train", [.. Cells.Take(10)]), new("sample", [.. Cells.Skip(10)])],
        RunFolder = "unused",
        WorkerCommand = [],
        HasRecord = _ => false,
        Execute = execute,
        Ended = (_, _) => { },
    };

    private static InProcessLauncher Launcher(int workers) => new(new InProcessLauncherOptions { Workers = workers });

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public void Every_cell_runs_once(int workers)
    {
        var ran = new ConcurrentBag<string>();
        Launcher(workers).Launch(Request((cell, _) => ran.Add(cell)), TestContext.Current.CancellationToken);
        Assert.Equal(Cells, ran.Order());
    }

    [Fact]
    public void One_worker_keeps_the_order()
    {
        var ran = new List<string>();
        Launcher(1).Launch(Request((cell, _) => ran.Add(cell)), TestContext.Current.CancellationToken);
        Assert.Equal(Cells, ran);
    }

    [Fact]
    public void Cancellation_stops_the_workers_and_is_reported()
    {
        using var source = new CancellationTokenSource();
        var ran = new ConcurrentBag<string>();
        Assert.Throws<OperationCanceledException>(() => Launcher(2).Launch(
            Request((cell, token) =>
            {
                ran.Add(cell);
                if (ran.Count >= 5)
                    source.Cancel();
                token.ThrowIfCancellationRequested();
            }),
            source.Token));
        Assert.InRange(ran.Count, 5, 7);
    }

    [Fact]
    public void A_record_that_cannot_be_written_stops_everything_with_the_reason()
    {
        LaunchException error = Assert.Throws<LaunchException>(() =>
            Launcher(2).Launch(Request((_, _) => throw new IOException("No space left on device")), TestContext.Current.CancellationToken));
        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
    }
}
