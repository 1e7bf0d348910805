using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MLflow;

namespace Diffusion.Trackers;

/// <summary>Options of <see cref="MlflowTracker"/>.</summary>
public sealed record MlflowTrackerOptions : ComponentOptions, ITrackerOptions, IValidatableObject
{
    private const string Variable = "MLFLOW_TRACKING_URI";

    [Description("MLflow's tracking URI: http://host:port or https://host/path of a server, sqlite:///relative/path.db or sqlite:////absolute/path.db; "
        + "empty for MLFLOW_TRACKING_URI or, without that, mlflow.db in the results folder.")]
    public string Uri { get; init; } = "";

    [Description("The results folder.")]
    public string Results { get; init; } = "results";

    [Description("The folder that keeps what the store has not taken, until it does; empty for none.")]
    public string Outbox { get; init; } = "results/outbox";

    /// <inheritdoc/>
    public string Address =>
        Uri.Length > 0 ? Uri
        : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } stated ? stated
        : $"sqlite:///{Path.Combine(Results, "mlflow.db").Replace('\\', '/').Replace("?", "%3F", StringComparison.Ordinal)}";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string? problem = null;
        try
        {
            // Opening touches no server and, but for certificates, no file.
            _ = MlflowClient.Open(Address);
        }
        catch (MlflowException exception)
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
/// stays in memory and, from the first failure on, in an outbox on disk. The next session for the same store sends what is there before anything
/// of its own. The first failure is a warning, the others are silent. A run that the store refuses as a whole (its experiment is deleted, a proxy lets
/// nothing pass) waits likewise, and <see cref="HowToLook"/> says why. Of a run that it takes, only what can never be stored (a file that is gone, a changed
/// parameter) is left out, each with a warning.
/// </remarks>
[Component(
    ComponentKind.Tracker, "mlflow", "MLflow: runs, metrics and artifacts on a tracking server, or in a SQLite file that 'mlflow ui' opens.",
    Reference = "https://mlflow.org", IsDefault = true)]
public sealed class MlflowTracker : ITracker
{
    // Between two attempts at a store that fails: each may itself wait long for a lock.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    // A server that has not answered by then is taken for one that hangs. Longer than the 30 s for which a server waits for a connection to its database:
    // who gives up earlier asks again while it is still at work.
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromSeconds(60);

    // So many messages are taken from the queue before some are stored,
    private const int Round = 10_000;

    // and so many runs at once: a file commits together what arrives together. The client sees to it that a server gets few requests at once.
    private const int RunsTogether = 32;

    private readonly Channel<Message> _inbox = Channel.CreateUnbounded<Message>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Queue<MlflowRun> _waiting = new();

    // Those that are not over yet, and those that the store may have made without saying so.
    private readonly HashSet<MlflowRun> _runs = [];
    private readonly MlflowClient _client;
    private readonly MlflowRunWriter _writer;
    private readonly TrackingAddress _address;
    private readonly Outbox? _outbox;
    private readonly Dictionary<(string Experiment, string Key), MlflowRun> _adopted = [];
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly TimeSpan? _systemMetricsInterval = SystemMetricsTimer.Interval(Environment.GetEnvironmentVariable);
    private readonly Task _worker;
    private long? _failedAt;
    private bool _warned;
    private bool _refusalWarned;
    private bool _outboxWarned;
    private volatile int _waitingRuns;
    private volatile string? _refusal;

    public MlflowTracker(MlflowTrackerOptions options, ILogger<MlflowTracker> logger)
        : this(
            MlflowClient.Open(options.Address, new MlflowClientOptions { Server = new TrackingAddress(options.Address).IsServer ? Patience() : null }),
            options.Address, logger, TimeProvider.System, options.Outbox, LongestAttempt)
    {
    }

    internal MlflowTracker(MlflowClient client, string uri, ILogger logger, TimeProvider time, string outbox = "", TimeSpan settling = default)
    {
        _client = client;
        _address = new TrackingAddress(uri);
        _logger = logger;
        _time = time;
        _writer = new MlflowRunWriter(client, logger, time, settling);
        if (outbox.Length > 0)
        {
            _outbox = new Outbox(outbox, _address.Shown);
            foreach (MlflowRun run in _outbox.Adopt(description => new MlflowRun(description, static (_, _) => { })))
                Adopt(run);
        }
        // One task at a time: runs are stored at once by taking turns at every wait, so nothing here needs a lock.
        _worker = Task.Factory.StartNew(
            WorkAsync, CancellationToken.None, TaskCreationOptions.DenyChildAttach, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap();
    }

    /// <inheritdoc/>
    public string? HowToLook => (Waiting, _outbox) switch
    {
        (> 0 and var waiting, { } outbox) when _refusal is { } reason => $"{Runs(waiting)} not yet at {_address.Shown}, which answers: "
            + $"{reason} Kept in {outbox.Folder}, 'diffusion track sync' sends them once that is fixed",
        (> 0 and var waiting, { } outbox) => $"{Runs(waiting)} not yet at {_address.Shown}; kept in {outbox.Folder}, 'diffusion track sync' sends them",
        (> 0 and var waiting, null) => $"{Runs(waiting)} not at {_address.Shown}{(_refusal is { } reason ? $", which answers: {reason}" : "")}",
        _ => _address.HowToLook(_writer.First),
    };

    /// <inheritdoc/>
    public int Waiting => _waitingRuns;

    /// <inheritdoc/>
    public ITrackedRun Begin(TrackedRunDescription description)
    {
        var run = new MlflowRun(MlflowDescriptions.WithTags(description), (run, work) => _inbox.Writer.TryWrite(new Message(run, work)));
        _inbox.Writer.TryWrite(new Message(run, new BegunWork()));
        // The machine's load belongs to the whole, not to each of the cells that share the machine.
        if (_systemMetricsInterval is { } interval && description.Parent is null)
            run.Companion = new SystemMetricsTimer(new SystemMetrics(), run, description.Started, interval, _time);
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
        foreach (MlflowRun run in _runs)
            run.Companion?.Dispose();
        _outbox?.Dispose();
        await _client.DisposeAsync().ConfigureAwait(false);
    }

    private static string Runs(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} run{(count == 1 ? "" : "s")}");

    /// <summary>Whether a store that works will not have a run, as against one that fails.</summary>
    private static bool IsRefusal(MlflowException exception) => !exception.IsTransient
        && exception.ErrorCode is ErrorCodes.InvalidParameterValue
            or ErrorCodes.BadRequest or ErrorCodes.ResourceAlreadyExists or ErrorCodes.ResourceDoesNotExist;

    /// <summary>
    /// The environment's settings, with less patience: a failed attempt is repeated by the worker, later, and a sweep that has ended must
    /// not wait for minutes.
    /// </summary>
    private static MlflowServerOptions Patience()
    {
        MlflowServerOptions options = MlflowServerOptions.FromEnvironment();
        return options with
        {
            RequestTimeout = Shorter(options.RequestTimeout, LongestAttempt),
            LongestPause = Shorter(options.LongestPause, TimeSpan.FromSeconds(5)),
            MaxRetries = Math.Min(options.MaxRetries, 2),
            BackoffFactor = Math.Min(options.BackoffFactor, 0.5),
        };

        static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
    }

    private async Task WorkAsync()
    {
        var flushes = new List<TaskCompletionSource>();
        while (await _inbox.Reader.WaitToReadAsync())
        {
            for (int taken = 0; taken < Round && _inbox.Reader.TryRead(out Message message); taken++)
                Sort(message, flushes);
            // Kept before it is sent: a process that is killed in between must not leave half of a run on disk.
            if (_failedAt is not null)
                Keep();
            if (flushes.Count > 0 || IsRested)
                await StoreAsync();
            foreach (TaskCompletionSource flush in flushes)
                flush.TrySetResult();
            flushes.Clear();
        }
        if (_failedAt is not null)
            Keep();
        // What is safe in the outbox need not be tried at once again.
        if (IsRested || _outbox is null)
            await StoreAsync();
        await SettleAsync();
    }

    private bool IsRested => _failedAt is not { } failed || _time.GetElapsedTime(failed) >= Rest;

    /// <summary>Leaves it to a later session to look for runs that the store may yet make though they were given up.</summary>
    private async Task SettleAsync()
    {
        IReadOnlyList<RunTag> doubts = await _client.SettleAsync();
        foreach (MlflowRun run in _runs.Where(run => doubts.Any(doubt => doubt.Value == run.Description.Key)))
        {
            run.Pending.Enqueue(new CheckWork(_time.GetUtcNow()));
            Enqueue(run);
        }
        if (doubts.Count > 0)
            Keep();
    }

    private void Adopt(MlflowRun run)
    {
        _runs.Add(run);
        _adopted[(run.Description.Experiment, run.Description.Key)] = run;
        if (run.Pending.Count == 0)
            return;
        Enqueue(run);
        _waitingRuns = _waiting.Count;
    }

    private void Enqueue(MlflowRun run)
    {
        if (run.IsWaiting)
            return;
        run.IsWaiting = true;
        _waiting.Enqueue(run);
    }

    private void Sort(in Message message, List<TaskCompletionSource> flushes)
    {
        if (message.Flush is not null)
            flushes.Add(message.Flush);
        if (message.Run is null || message.Work is null)
            return;
        message.Run.Pending.Enqueue(message.Work);
        message.Run.HasEnded |= message.Work is EndedWork;
        if (message.Work is BegunWork)
            _runs.Add(message.Run);
        if (message.Work is BegunWork && _adopted.Remove((message.Run.Description.Experiment, message.Run.Description.Key), out MlflowRun? earlier))
        {
            _runs.Remove(earlier);
            message.Run.TakeOver(earlier);
        }
        Enqueue(message.Run);
    }

    private async Task StoreAsync()
    {
        int inTurn = _waiting.Count, attempts = 0;
        while (_waiting.Count > 0)
        {
            MlflowRun[] runs = [.. Enumerable.Range(0, Math.Min(RunsTogether, _waiting.Count)).Select(_ => _waiting.Dequeue())];
            MlflowException?[] failures = await Task.WhenAll(runs.Select(FailureOf));
            foreach ((MlflowRun run, MlflowException? failure) in runs.Zip(failures))
            {
                run.IsWaiting = failure is not null;
                run.HasFailed |= failure is not null;
                if (run.IsWaiting)
                    _waiting.Enqueue(run);
                else if (run.HasEnded && !run.HasFailed)
                    _runs.Remove(run);
            }
            _waitingRuns = _waiting.Count;
            MlflowException[] failed = [.. failures.OfType<MlflowException>()];
            attempts += runs.Length;
            // One run that fails holds up no other; a round of nothing but failures is a store that fails.
            if (failed.Length == runs.Length || (failed.Length > 0 && attempts >= inTurn))
            {
                Failed(failed[0], runs.Zip(failures).First(pair => pair.Second is not null).First);
                return;
            }
        }
        if (_failedAt is not null)
            _logger.LogInformation("Tracking in {Uri} works again; what had to wait is stored.", _address.Shown);
        _failedAt = null;
        _refusal = null;
        UseOutbox(static outbox => outbox.Clear());
    }

    /// <summary>Brings what waits into the outbox.</summary>
    private void Keep() => UseOutbox(outbox => outbox.Keep(_waiting));

    private void UseOutbox(Action<Outbox> use)
    {
        if (_outbox is null)
            return;
        try
        {
            use(_outbox);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!_outboxWarned)
                _logger.LogWarning("What {Uri} has not taken cannot be kept in {Folder}: {Reason} Until the end of this process it is kept in memory; "
                    + "the records are complete.", _address.Shown, _outbox.Folder, exception.Message);
            _outboxWarned = true;
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
        catch (Exception exception)
        {
            // Whatever it is, it must not end the worker, and with it the tracking of all other runs.
            return new MlflowException(ErrorCodes.InternalError, exception.Message, exception);
        }
    }

    private void Failed(MlflowException exception, MlflowRun run)
    {
        _failedAt = _time.GetTimestamp();
        _refusal = IsRefusal(exception) ? exception.Message : null;
        if (_refusal is not null && !_refusalWarned)
            _logger.LogWarning(
                "{Uri} does not take the run '{Run}': {Reason} The records are complete; what is refused is kept and tried again.", _address.Shown,
                run.Description.Name, exception.Message);
        if (_refusal is null && !_warned)
            _logger.LogWarning(
                "Tracking in {Uri} fails, and the work goes on without it: {Reason} The records are complete; the rest is tried again until the end.",
                _address.Shown,
                exception.Message);
        _refusalWarned |= _refusal is not null;
        _warned |= _refusal is null;
        Keep();
    }

    private readonly record struct Message(MlflowRun? Run, TrackedWork? Work, TaskCompletionSource? Flush = null);
}
