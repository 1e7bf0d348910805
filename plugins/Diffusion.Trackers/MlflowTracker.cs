using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MLflow;

namespace Diffusion.Trackers;

/// <summary>Options of <see cref="MlflowTracker"/>.</summary>
public sealed record MlflowTrackerOptions : ComponentOptions, IValidatableObject
{
    [Description("MLflow's tracking URI: sqlite:///relative/path.db or sqlite:////absolute/path.db.")]
    public string Uri { get; init; } = "sqlite:///results/mlflow.db";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string? problem = null;
        try
        {
            // Opening reads the URI and touches no file.
            _ = MlflowClient.Open(Uri);
        }
        catch (TrackingUriNotSupportedException exception)
        {
            problem = exception.Message;
        }
        if (problem is not null)
            yield return new ValidationResult(problem, [nameof(Uri)]);
    }
}

/// <summary>
/// MLflow. Whatever is handed over waits in a queue that a worker of its own empties into the store, several runs at a time and all
/// points of a run that wait at once.
/// </summary>
/// <remarks>
/// A store that fails is tried again now and then, and once more by <see cref="FlushAsync"/> and at the end; what it has not taken
/// stays in memory until then. The first failure is a warning, the others are silent. What the store refuses for good (a file
/// that is gone, a changed parameter) is dropped, again with one warning.
/// </remarks>
[Component(ComponentKind.Tracker, "mlflow", "MLflow: runs, metrics and artifacts in a SQLite file that 'mlflow ui' opens.", Reference = "https://mlflow.org")]
public sealed class MlflowTracker : ITracker
{
    // Between two attempts at a store that fails: each may itself wait long for a lock.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    // So many messages are taken from the queue before some are stored,
    private const int Round = 10_000;

    // and so many runs at once: the store commits together what arrives together.
    private const int RunsTogether = 32;

    private readonly Channel<Message> _inbox = Channel.CreateUnbounded<Message>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Queue<MlflowRun> _waiting = new();
    private readonly MlflowClient _client;
    private readonly MlflowRunWriter _writer;
    private readonly string _uri;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Task _worker;
    private long? _failedAt;
    private bool _warned;

    public MlflowTracker(MlflowTrackerOptions options, ILogger<MlflowTracker> logger)
        : this(MlflowClient.Open(options.Uri), options.Uri, logger, TimeProvider.System)
    {
    }

    internal MlflowTracker(MlflowClient client, string uri, ILogger logger, TimeProvider time)
    {
        _client = client;
        _uri = uri;
        _logger = logger;
        _time = time;
        _writer = new MlflowRunWriter(client, logger);
        // One task at a time: runs are stored at once by taking turns at every wait, so nothing here needs a lock.
        _worker = Task.Factory.StartNew(
            WorkAsync, CancellationToken.None, TaskCreationOptions.DenyChildAttach, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap();
    }

    /// <inheritdoc/>
    public string? HowToLook => _uri.Contains(' ', StringComparison.Ordinal)
        ? $"mlflow ui --backend-store-uri \"{_uri}\""
        : $"mlflow ui --backend-store-uri {_uri}";

    /// <inheritdoc/>
    public ITrackedRun Begin(TrackedRunDescription description)
    {
        var run = new MlflowRun(description, (run, work) => _inbox.Writer.TryWrite(new Message(run, work)));
        _inbox.Writer.TryWrite(new Message(run, new BegunWork()));
        return run;
    }

    /// <inheritdoc/>
    /// <remarks>Returns, too, when the store fails even now; the warning has said so.</remarks>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var flush = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_inbox.Writer.TryWrite(new Message(null, null, flush)))
            await flush.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _inbox.Writer.TryComplete();
        await _worker.ConfigureAwait(false);
        await _client.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WorkAsync()
    {
        var flushes = new List<TaskCompletionSource>();
        while (await _inbox.Reader.WaitToReadAsync())
        {
            for (int taken = 0; taken < Round && _inbox.Reader.TryRead(out Message message); taken++)
                Sort(message, flushes);
            if (flushes.Count > 0 || _failedAt is not { } failed || _time.GetElapsedTime(failed) >= Rest)
                await StoreAsync();
            foreach (TaskCompletionSource flush in flushes)
                flush.TrySetResult();
            flushes.Clear();
        }
        await StoreAsync();
    }

    private void Sort(in Message message, List<TaskCompletionSource> flushes)
    {
        if (message.Flush is not null)
            flushes.Add(message.Flush);
        if (message.Run is null || message.Work is null)
            return;
        message.Run.Pending.Enqueue(message.Work);
        if (!message.Run.IsWaiting)
        {
            message.Run.IsWaiting = true;
            _waiting.Enqueue(message.Run);
        }
    }

    private async Task StoreAsync()
    {
        while (_waiting.Count > 0)
        {
            MlflowRun[] runs = [.. Enumerable.Range(0, Math.Min(RunsTogether, _waiting.Count)).Select(_ => _waiting.Dequeue())];
            MlflowException?[] failures = await Task.WhenAll(runs.Select(FailureOf));
            foreach ((MlflowRun run, MlflowException? failure) in runs.Zip(failures))
            {
                run.IsWaiting = failure is not null;
                if (run.IsWaiting)
                    _waiting.Enqueue(run);
            }
            if (failures.FirstOrDefault(failure => failure is not null) is { } first)
            {
                Failed(first);
                return;
            }
            if (_failedAt is not null)
                _logger.LogInformation("Tracking in {Uri} works again; what had to wait is being stored.", _uri);
            _failedAt = null;
        }
    }

    private async Task<MlflowException?> FailureOf(MlflowRun run)
    {
        try
        {
            await _writer.WriteAsync(run);
            return null;
        }
        catch (MlflowException exception)
        {
            return exception;
        }
    }

    private void Failed(MlflowException exception)
    {
        _failedAt = _time.GetTimestamp();
        if (!_warned)
            _logger.LogWarning("Tracking in {Uri} fails, and the work goes on without it: {Reason} The records are complete; the rest is tried again until the end.", _uri, exception.Message);
        _warned = true;
    }

    private readonly record struct Message(MlflowRun? Run, TrackedWork? Work, TaskCompletionSource? Flush = null);
}
