using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace MLflow.Tests;

/// <summary>Processes that write to one database, and one that is killed while it does.</summary>
public sealed class SqliteProcessTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Beside this project's own build.
    private static string Writer { get; } = Path.GetFullPath(
        Path.Combine("..", "..", "MLflow.Writer", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "MLflow.Writer.dll"),
        AppContext.BaseDirectory);

    [Fact]
    public async Task Processes_that_write_at_once_lose_nothing()
    {
        const int writers = 3, batches = 10, points = 200;
        await using var store = new TemporaryStore();
        Process[] processes = [.. Enumerable.Range(0, writers).Select(writer => Start(store, $"m{writer}", batches, points))];
        foreach (Process process in processes)
        {
            await process.StandardOutput.ReadToEndAsync(Cancellation);
            await process.WaitForExitAsync(Cancellation);
            Assert.Equal(0, process.ExitCode);
            process.Dispose();
        }

        Assert.Equal(["ok"], store.Rows("PRAGMA integrity_check"));
        Assert.Equal(["1"], store.Rows("SELECT count(*) FROM runs"));
        Assert.Equal(
            Enumerable.Range(0, writers).Select(writer => $"m{writer}|{batches * points}"),
            store.Rows("SELECT key, count(*) FROM metrics GROUP BY key ORDER BY key"));
        Assert.Equal([$"{writers}|{(batches * points) - 1}"], store.Rows("SELECT count(*), min(step) FROM latest_metrics"));
    }

    [Fact]
    public async Task What_was_stored_outlives_a_process_that_is_killed()
    {
        const int points = 50, kills = 3;
        await using var store = new TemporaryStore();
        for (int kill = 0; kill < kills; kill++)
        {
            using Process process = Start(store, $"m{kill}", 0, points);
            int stored = 0;
            while (stored < 20 + (7 * kill))
                stored = int.Parse((await process.StandardOutput.ReadLineAsync(Cancellation))!, CultureInfo.InvariantCulture) + 1;
            process.Kill();
            string rest = await process.StandardOutput.ReadToEndAsync(Cancellation);
            await process.WaitForExitAsync(Cancellation);
            stored += rest.Split('\n').Count(line => line.Length > 0);

            Assert.Equal(["ok"], store.Rows("PRAGMA integrity_check"));
            int found = int.Parse(Assert.Single(store.Rows($"SELECT count(*) FROM metrics WHERE key = 'm{kill}'")), CultureInfo.InvariantCulture);
            // A batch that was stored but not yet said to be may be there, whole.
            Assert.InRange(found, (stored - 1) * points, (stored + 1) * points);
            Assert.Equal(0, found % points);
            Assert.Equal([$"{found - 1}|{found - 1}"], store.Rows($"SELECT step, value FROM latest_metrics WHERE key = 'm{kill}'"));
        }
        await store.Client.LogMetricAsync(Assert.Single(store.Rows("SELECT run_uuid FROM runs")), "after", 1, 0, Cancellation);
        Assert.Equal(["1"], store.Rows("SELECT count(*) FROM metrics WHERE key = 'after'"));
    }

    private static Process Start(TemporaryStore store, string name, int batches, int points)
        => Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                Writer, $"sqlite:///{store.Path}", name, batches.ToString(CultureInfo.InvariantCulture), points.ToString(CultureInfo.InvariantCulture),
            ]) { RedirectStandardOutput = true })!;
}
