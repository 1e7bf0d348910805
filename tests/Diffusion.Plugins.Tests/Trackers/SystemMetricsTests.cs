using Diffusion.Trackers;
using Xunit;

namespace Diffusion.Plugins.Tests.Trackers;

public sealed class SystemMetricsTests : IDisposable
{
    private readonly string _proc = Directory.CreateTempSubdirectory("proc-").FullName;

    public void Dispose() => Directory.Delete(_proc, recursive: true);

    [Fact]
    public void Load_is_read_under_MLflows_names()
    {
        Write(idle: 100, busy: 100, received: 1_000_000);
        var metrics = new SystemMetrics(_proc, () => "1024, 4096, 37, 71.5, 300\n512, 1024, 5, [N/A], [N/A]\n");
        Write(idle: 175, busy: 125, received: 3_500_000);
        Dictionary<string, double> read = metrics.Read().ToDictionary(metric => metric.Key, metric => metric.Value);

        Assert.Equal(25, read["system/cpu_utilization_percentage"], 9);
        Assert.Equal(6.144, read["system/system_memory_usage_megabytes"], 9);
        Assert.Equal(75, read["system/system_memory_usage_percentage"], 9);
        Assert.Equal(2.5, read["system/network_receive_megabytes"], 9);
        Assert.Equal(0.25, read["system/network_transmit_megabytes"], 9);
        Assert.Equal(
            (25, 37, 71.5),
            (read["system/gpu_0_memory_usage_percentage"], read["system/gpu_0_utilization_percentage"], read["system/gpu_0_power_usage_watts"]));
        Assert.Equal(536.870912, read["system/gpu_1_memory_usage_megabytes"], 9);
        Assert.DoesNotContain("system/gpu_1_power_usage_watts", read.Keys);
        Assert.InRange(read["system/disk_usage_percentage"], 0, 100);
    }

    [Fact]
    public void What_a_machine_does_not_tell_is_left_out()
    {
        Dictionary<string, double> read = new SystemMetrics(Path.Combine(_proc, "nosuch"), () => null).Read()
            .ToDictionary(metric => metric.Key, metric => metric.Value);
        Assert.DoesNotContain("system/cpu_utilization_percentage", read.Keys);
        Assert.DoesNotContain("system/system_memory_usage_megabytes", read.Keys);
        Assert.Contains("system/disk_available_megabytes", read.Keys);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("false", "1", null)]
    [InlineData("TRUE", null, 10.0)]
    [InlineData("1", "2.5", 2.5)]
    [InlineData("true", "nonsense", 10.0)]
    public void The_environment_says_whether_and_how_often(string? enabled, string? interval, double? seconds)
    {
        Dictionary<string, string?> variables =
            new() { ["MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING"] = enabled, ["MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL"] = interval };
        Assert.Equal(seconds, SystemMetricsTimer.Interval(variables.GetValueOrDefault)?.TotalSeconds);
    }

    [Fact]
    public async Task Steps_count_from_the_beginning_of_the_run()
    {
        var logged = new TaskCompletionSource<IReadOnlyList<TrackedMetric>>();
        using (new SystemMetricsTimer(
            new SystemMetrics(_proc, () => null), metrics => logged.TrySetResult(metrics), DateTimeOffset.UtcNow.AddSeconds(-100),
            TimeSpan.FromMilliseconds(20), TimeProvider.System))
        {
            IReadOnlyList<TrackedMetric> metrics = await logged.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.All(metrics, metric => Assert.InRange(metric.Step, 5000, 10_000));
        }
    }

    private void Write(long idle, long busy, long received)
    {
        File.WriteAllText(Path.Combine(_proc, "stat"), FormattableString.Invariant($"cpu  {busy} 0 0 {idle} 0 0 0 0 0 0\ncpu0 1 2 3 4\n"));
        File.WriteAllText(Path.Combine(_proc, "meminfo"), "MemTotal:       8000 kB\nMemFree:  10 kB\nMemAvailable:    2000 kB\n");
        Directory.CreateDirectory(Path.Combine(_proc, "net"));
        File.WriteAllText(
            Path.Combine(_proc, "net", "dev"),
            "Inter-|   Receive  |  Transmit\n face |bytes packets|bytes\n    lo: "
                + FormattableString.Invariant($"9999999 1 0 0 0 0 0 0 9999999 1 0 0 0 0 0 0\n  eth0: {received} 1 0 0 0 0 0 0 {received / 10} 1 0 ")
                + "0 0 0 0 0\n");
    }
}
