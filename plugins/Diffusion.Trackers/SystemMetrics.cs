using System.Diagnostics;
using System.Globalization;

namespace Diffusion.Trackers;

/// <summary>Load of the machine under MLflow's names for system metrics. What a machine does not tell is left out.</summary>
internal sealed class SystemMetrics
{
    private const double Megabyte = 1e6;
    private const double Mebibyte = 1048576;
    private const double Kibibyte = 1024;
    private const int LongestAnswer = 5000;

    private readonly string _proc;
    private readonly Func<string?> _gpus;
    private readonly (double Received, double Sent) _network;
    private (double Busy, double Total) _processors;

    /// <param name="proc">The folder of Linux's process file system.</param>
    /// <param name="gpus">A line a GPU: used and total memory in MiB, utilization in percent, power and its limit in watts; null for none.</param>
    public SystemMetrics(string proc = "/proc", Func<string?>? gpus = null)
    {
        _proc = proc;
        _gpus = gpus ?? AskNvidia;
        _processors = Processors();
        _network = Network();
    }

    /// <summary>Whether a key is one of them, and so no result.</summary>
    public static bool Contains(string key) => key.StartsWith("system/", StringComparison.Ordinal);

    /// <summary>The metrics now; utilization is that since the last time.</summary>
    public IReadOnlyList<(string Key, double Value)> Read()
    {
        var metrics = new List<(string, double)>();
        (double Busy, double Total) before = _processors;
        _processors = Processors();
        if (_processors.Total > before.Total)
            metrics.Add(("system/cpu_utilization_percentage", 100 * (_processors.Busy - before.Busy) / (_processors.Total - before.Total)));
        Dictionary<string, double> memory = Lines("meminfo").Select(line => line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries))
            .Where(parts => parts.Length > 1)
            .ToDictionary(parts => parts[0], parts => Number(parts[1]) * Kibibyte);
        if (memory.TryGetValue("MemTotal", out double total) && memory.TryGetValue("MemAvailable", out double available))
        {
            metrics.Add(("system/system_memory_usage_megabytes", (total - available) / Megabyte));
            metrics.Add(("system/system_memory_usage_percentage", 100 * (total - available) / total));
        }
        var disk = new DriveInfo(Path.GetPathRoot(Environment.CurrentDirectory)!);
        metrics.Add(("system/disk_usage_percentage", 100.0 * (disk.TotalSize - disk.TotalFreeSpace) / disk.TotalSize));
        metrics.Add(("system/disk_usage_megabytes", (disk.TotalSize - disk.TotalFreeSpace) / Megabyte));
        metrics.Add(("system/disk_available_megabytes", disk.AvailableFreeSpace / Megabyte));
        (double received, double sent) = Network();
        metrics.Add(("system/network_receive_megabytes", (received - _network.Received) / Megabyte));
        metrics.Add(("system/network_transmit_megabytes", (sent - _network.Sent) / Megabyte));
        metrics.AddRange((_gpus() ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).SelectMany(Gpu));
        return metrics;
    }

    private static IEnumerable<(string, double)> Gpu(string line, int index)
    {
        double[] numbers = [.. line.Split(',').Select(Number)];
        if (numbers.Length < 5)
            return [];
        string name = string.Create(CultureInfo.InvariantCulture, $"system/gpu_{index}_");
        (string, double)[] all =
        [
            ($"{name}memory_usage_percentage", 100 * numbers[0] / numbers[1]),
            ($"{name}memory_usage_megabytes", numbers[0] * Mebibyte / Megabyte),
            ($"{name}utilization_percentage", numbers[2]),
            ($"{name}power_usage_watts", numbers[3]),
            ($"{name}power_usage_percentage", 100 * numbers[3] / numbers[4]),
        ];
        // Some boards do not tell their power.
        return all.Where(metric => double.IsFinite(metric.Item2));
    }

    private static double Number(string text) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN;

    private static string? AskNvidia()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(
                "nvidia-smi", "--query-gpu=memory.used,memory.total,utilization.gpu,power.draw,power.limit --format=csv,noheader,nounits")
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                })!;
            Task<string> answer = process.StandardOutput.ReadToEndAsync();
            if (process.WaitForExit(LongestAnswer))
                return process.ExitCode == 0 ? answer.Result : null;
            process.Kill();
            return null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Time that all processors together have worked, and all time.</summary>
    private (double Busy, double Total) Processors()
    {
        double[] times = [.. (Lines("stat").FirstOrDefault() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(Number)];
        // The fourth and fifth are idle and waiting for a disk.
        return times.Length < 5 ? default : (times.Sum() - times[3] - times[4], times.Sum());
    }

    /// <summary>Bytes over all interfaces but the machine's own loop.</summary>
    private (double Received, double Sent) Network()
    {
        double received = 0, sent = 0;
        foreach (string line in Lines("net/dev").Where(line => line.Contains(':', StringComparison.Ordinal)))
        {
            string[] parts = line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries);
            if (parts[0] == "lo" || parts.Length < 10)
                continue;
            received += Number(parts[1]);
            sent += Number(parts[9]);
        }
        return (received, sent);
    }

    private string[] Lines(string file)
    {
        string path = Path.Combine(_proc, file);
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
