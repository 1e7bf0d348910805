using System.Globalization;

namespace Diffusion.Experiments.Working;

/// <summary>
/// Measures what this process spends on one task. What it spends cannot be told apart by tasks, so that nothing is said where another task ran in it meanwhile.
/// </summary>
internal sealed class ProcessMeter
{
    private const string ResetPeakFile = "/proc/self/clear_refs";
    private const string ResetPeak = "5";
    private const string StatusFile = "/proc/self/status";
    private const string PeakField = "VmHWM:";
    private const int BytesPerKilobyte = 1024;

    private static int _tasksAtWork;
    private static int _tasksBegun;

    private readonly int _begun;
    private readonly bool _isAlone;
    private readonly bool _hasPeak;
    private readonly TimeSpan _cpu;

    private ProcessMeter()
    {
        _begun = Volatile.Read(ref _tasksBegun);
        _isAlone = Volatile.Read(ref _tasksAtWork) <= 1;
        _hasPeak = _isAlone && TryResetPeak();
        _cpu = Environment.CpuUsage.TotalTime;
    }

    /// <summary>A task begins, until the object's disposal.</summary>
    public static IDisposable Enter() => new AtWork();

    /// <summary>Begins to measure.</summary>
    public static ProcessMeter Start() => new();

    /// <summary>What was spent since.</summary>
    /// <returns>
    /// Processor time of all threads, seconds, and the highest resident memory, bytes; each null where another task ran in the process, and memory also where
    /// the system cannot begin its mark anew (anywhere but on Linux, or where a container forbids it).
    /// </returns>
    public (double? CpuSeconds, long? PeakMemory) Stop()
    {
        double seconds = (Environment.CpuUsage.TotalTime - _cpu).TotalSeconds;
        long? peak = _hasPeak ? Peak() : null;
        return _isAlone && Volatile.Read(ref _tasksBegun) == _begun ? (seconds, peak) : (null, null);
    }

    private static bool TryResetPeak()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            File.WriteAllText(ResetPeakFile, ResetPeak);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long? Peak()
    {
        try
        {
            // "VmHWM:    123456 kB"
            string? line = File.ReadLines(StatusFile).FirstOrDefault(line => line.StartsWith(PeakField, StringComparison.Ordinal));
            return line is not null
                && long.TryParse(line[PeakField.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture, out long kilobytes)
                    ? kilobytes * BytesPerKilobyte
                    : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed class AtWork : IDisposable
    {
        public AtWork()
        {
            Interlocked.Increment(ref _tasksAtWork);
            Interlocked.Increment(ref _tasksBegun);
        }

        public void Dispose() => Interlocked.Decrement(ref _tasksAtWork);
    }
}
