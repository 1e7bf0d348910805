using System.Globalization;

namespace Diffusion.Trackers;

/// <summary>Logs the machine's load to a run, now and then, until it is disposed.</summary>
internal sealed class SystemMetricsTimer : IDisposable
{
    private const string EnabledVariable = "MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING";
    private const string IntervalVariable = "MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL";

    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _one = new();
    private readonly SystemMetrics _metrics;
    private readonly Action<IReadOnlyList<TrackedMetric>> _log;
    private readonly DateTimeOffset _started;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    /// <param name="log">Takes what was read.</param>
    /// <param name="started">When the run began. Steps count from there, so that a run that is continued goes on counting.</param>
    public SystemMetricsTimer(SystemMetrics metrics, Action<IReadOnlyList<TrackedMetric>> log, DateTimeOffset started, TimeSpan interval, TimeProvider time)
    {
        (_metrics, _log, _started, _interval, _time) = (metrics, log, started, interval, time);
        _timer = time.CreateTimer(_ => Log(), null, interval, interval);
    }

    /// <summary>How often the environment asks for it; null where it does not.</summary>
    public static TimeSpan? Interval(Func<string, string?> variable)
    {
        if (variable(EnabledVariable)?.ToLowerInvariant() is not ("true" or "1"))
            return null;
        return double.TryParse(variable(IntervalVariable), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : UsualInterval;
    }

    public void Dispose() => _timer.Dispose();

    private void Log()
    {
        // A machine too busy to answer in time is asked again at the next turn.
        if (!_one.TryEnter())
            return;
        try
        {
            DateTimeOffset now = _time.GetUtcNow();
            long step = (now - _started).Ticks / _interval.Ticks;
            _log([.. _metrics.Read().Select(metric => new TrackedMetric(metric.Key, metric.Value, step, now))]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A disk that cannot be asked now may be later; the load is no result.
        }
        finally
        {
            _one.Exit();
        }
    }
}
