using System.Collections.Concurrent;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
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

    [Description("Compares the store with the records and sends nothing.")]
    public bool ReadOnly { get; init; }

    [Description("A folder to write in the form of MLflow's file store (mlruns), in the place of any store: a new or an empty one; empty for none.")]
    public string ExportTo { get; init; } = "";

    /// <inheritdoc/>
    public string Address =>
        ExportTo.Length > 0 ? ExportTo
        : Uri.Length > 0 ? Uri
        : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } stated ? stated
        : $"sqlite:///{Path.Combine(Results, "mlflow.db").Replace('\\', '/').Replace("?", "%3F", StringComparison.Ordinal)}";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ExportTo.Length > 0)
            yield break;
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
/// MLflow. A run that was told something waits in a queue until a worker of its own has compared it with the store, sent what is missing and seen it there;
/// several runs at a time.
/// </summary>
/// <remarks>
/// <para>Nothing is kept on disk: who tells the tracker has it all in the records and tells it again. A store that fails is tried again now and then, and once
/// more by <see cref="FlushAsync"/>. The first failure is a warning, the others are silent. <see cref="HowToLook"/> says what is missing at the end, and
/// why.</para>
/// <para>A run that was ended was told whole. Where the store has points that it was not told, or other parameters, they come from earlier records: the run is
/// deleted there and made anew. Metrics under keys that it was not told are left alone, tags too. Of a run that the store takes, only what can never be stored
/// (a file that is gone, a name that it refuses) is left out, each with a warning.</para>
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

    // So many runs at once: a file commits together what arrives together. The client sees to it that a server gets few requests at once.
    private const int RunsTogether = 32;

    private readonly Channel<Message> _inbox = Channel.CreateUnbounded<Message>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Queue<MlflowRun> _waiting = new();
    private readonly ConcurrentDictionary<(string Experiment, string Key), MlflowRun> _runs = new();
    private readonly MlflowClient _client;
    private readonly MlflowRunSync _sync;
    private readonly TrackingAddress _address;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly bool _isReadOnly;
    private readonly FileExport? _export;
    private readonly TimeSpan? _systemMetricsInterval = SystemMetricsTimer.Interval(Environment.GetEnvironmentVariable);
    private readonly Task _worker;
    private long? _failedAt;
    private bool _warned;
    private bool _refusalWarned;
    private volatile string? _reason;

    public MlflowTracker(MlflowTrackerOptions options, ILogger<MlflowTracker> logger)
        : this(options, options.ExportTo.Length > 0 ? new FileExport(options.ExportTo) : null, logger)
    {
    }

    private MlflowTracker(MlflowTrackerOptions options, FileExport? export, ILogger logger)
        : this(
            export?.Client ?? MlflowClient.Open(
                options.Address,
                new MlflowClientOptions { Server = new TrackingAddress(options.Address).IsServer ? Patience() : null, VerifyDatabase = true }),
            options.Address, logger, TimeProvider.System, options.ReadOnly)
        => _export = export;

    internal MlflowTracker(MlflowClient client, string uri, ILogger logger, TimeProvider time, bool isReadOnly = false)
    {
        _client = client;
        _address = new TrackingAddress(uri);
        _logger = logger;
        _time = time;
        _isReadOnly = isReadOnly;
        _sync = new MlflowRunSync(client, logger, sends: !isReadOnly);
        // One task at a time: runs are stored at once by taking turns at every wait, so nothing here needs a lock.
        _worker = Task.Factory.StartNew(
            WorkAsync, CancellationToken.None, TaskCreationOptions.DenyChildAttach, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap();
    }

    /// <inheritdoc/>
    public string? HowToLook => _export is { } export && _runs.Values.All(IsComplete)
        ? export.HowToLook
        : Waiting == 0
        ? _address.HowToLook(_sync.First)
        : $"{_address.Shown}{(_reason is { } reason ? $" ({reason.TrimEnd('.')})" : "")}; 'diffusion track sync' sends the rest";

    /// <inheritdoc/>
    public int Waiting => _runs.Count - Complete;

    /// <inheritdoc/>
    public int Complete => _export is { IsWritten: false } ? 0 : _runs.Values.Count(IsComplete);

    /// <inheritdoc/>
    public ITrackedRun Begin(TrackedRunDescription description)
    {
        MlflowRun run = new(description, description.Parent as MlflowRun, Changed);
        MlflowRun? before = _runs.GetValueOrDefault(run.Identity);
        _runs[run.Identity] = run;
        run.Companion = before?.Companion;
        // The machine's load belongs to the whole, not to each of the cells that share the machine.
        if (run.Companion is null && _systemMetricsInterval is { } interval && description.Parent is null && !_isReadOnly)
            run.Companion = new SystemMetricsTimer(new SystemMetrics(), load => Current(run).LogLoad(load), description.Started, interval, _time);
        Changed(run);
        return run;
    }

    /// <inheritdoc/>
    /// <remarks>Returns, too, when the store fails even now; the warning has said so.</remarks>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var flush = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_inbox.Writer.TryWrite(new Message(null, flush)))
            await flush.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_export is not null && _runs.Values.All(IsComplete))
            await _export.WriteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _inbox.Writer.TryComplete();
        await _worker.ConfigureAwait(false);
        foreach (MlflowRun run in _runs.Values)
            run.Companion?.Dispose();
        await _client.DisposeAsync().ConfigureAwait(false);
        _export?.Dispose();
    }

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

    private void Changed(MlflowRun run) => _inbox.Writer.TryWrite(new Message(run, null));

    // Below a parent that is being made anew, a run is not where it belongs.
    private bool IsComplete(MlflowRun run) => run.IsComplete && (run.Parent is not { } parent || IsComplete(Current(parent)));

    private MlflowRun Current(MlflowRun run) => _runs.GetValueOrDefault(run.Identity, run);

    private async Task WorkAsync()
    {
        var flushes = new List<TaskCompletionSource>();
        while (await _inbox.Reader.WaitToReadAsync())
        {
            while (_inbox.Reader.TryRead(out Message message))
            {
                if (message.Run is { } run && Current(run) == run)
                    Enqueue(run);
                if (message.Flush is { } flush)
                    flushes.Add(flush);
            }

            if (flushes.Count > 0 || (IsRested && !_isReadOnly))
                await StoreAsync();
            if (flushes.Count > 0)
                await SettleAsync();
            foreach (TaskCompletionSource flush in flushes)
                flush.TrySetResult();
            flushes.Clear();
        }

        if (IsRested && !_isReadOnly)
            await StoreAsync();
    }

    private bool IsRested => _failedAt is not { } failed || _time.GetElapsedTime(failed) >= Rest;

    /// <summary>A run that the store may yet make a second time, though making it was given up, is not complete: the next sync looks for it.</summary>
    private async Task SettleAsync()
    {
        IReadOnlyList<RunTag> doubts = await _client.SettleAsync();
        foreach (MlflowRun run in _runs.Values.Where(run => doubts.Any(doubt => doubt.Value == run.Description.Key)))
        {
            run.Seen(null);
            Enqueue(run);
            _reason ??= $"'{run.Description.Name}' may be there twice";
        }
    }

    private void Enqueue(MlflowRun run)
    {
        if (run.IsWaiting)
            return;
        run.IsWaiting = true;
        _waiting.Enqueue(run);
    }

    private async Task StoreAsync()
    {
        int inTurn = _waiting.Count, attempts = 0;
        string? reason = null;
        List<MlflowRun> incomplete = [];
        while (_waiting.Count > 0)
        {
            MlflowRun[] runs = [.. Enumerable.Range(0, Math.Min(RunsTogether, _waiting.Count)).Select(_ => _waiting.Dequeue())];
            (string? Lacks, MlflowException? Failure)[] outcomes = await Task.WhenAll(runs.Select(OutcomeAsync));
            foreach ((MlflowRun run, (string? lacks, MlflowException? failure)) in runs.Zip(outcomes))
            {
                if (failure is not null)
                    Enqueue(run);
                else if (lacks is not null)
                    incomplete.Add(run);
                reason ??= lacks is null ? null : $"'{run.Description.Name}' {lacks}";
            }

            MlflowException[] failed = [.. outcomes.Select(outcome => outcome.Failure).OfType<MlflowException>()];
            attempts += runs.Length;
            // One run that fails holds up no other; a round of nothing but failures is a store that fails.
            if (failed.Length == runs.Length || (failed.Length > 0 && attempts >= inTurn))
            {
                foreach (MlflowRun run in incomplete)
                    Enqueue(run);
                Failed(failed[0], runs.Zip(outcomes).First(pair => pair.Second.Failure is not null).First);
                return;
            }
        }

        foreach (MlflowRun run in incomplete)
            Enqueue(run);
        if (_failedAt is not null)
            _logger.LogInformation("Tracking in {Uri} works again; what had to wait is stored.", _address.Shown);
        _failedAt = null;
        _reason = reason;
    }

    private async Task<(string? Lacks, MlflowException? Failure)> OutcomeAsync(MlflowRun run)
    {
        // Whatever it is told from now on brings it back into the queue.
        run.IsWaiting = false;
        int version = run.Version;
        try
        {
            string? lacks = await _sync.SyncAsync(run, Replaced);
            run.Seen(lacks is null ? version : null);
            return (lacks, null);
        }
        catch (MlflowException exception)
        {
            run.Seen(null);
            return (null, exception);
        }
        catch (Exception exception)
        {
            // Whatever it is, it must not end the worker, and with it the tracking of all other runs.
            run.Seen(null);
            return (null, new MlflowException(ErrorCodes.InternalError, exception.Message, exception));
        }
    }

    // Their parent has another id now.
    private void Replaced(MlflowRun parent)
    {
        foreach (MlflowRun run in _runs.Values.Where(run => run.Parent?.Identity == parent.Identity))
        {
            run.Seen(null);
            Enqueue(run);
        }
    }

    private void Failed(MlflowException exception, MlflowRun run)
    {
        _failedAt = _time.GetTimestamp();
        bool isRefusal = IsRefusal(exception);
        _reason = exception.Message;
        if (isRefusal && !_refusalWarned)
            _logger.LogWarning(
                "{Uri} does not take the run '{Run}': {Reason} The records are complete; 'diffusion track sync' sends what is refused once that is mended.",
                _address.Shown, run.Description.Name, exception.Message);
        if (!isRefusal && !_warned)
            _logger.LogWarning(
                "Tracking in {Uri} fails, and the work goes on without it: {Reason} The records are complete; the rest is tried again until the end.",
                _address.Shown,
                exception.Message);
        _refusalWarned |= isRefusal;
        _warned |= !isRefusal;
    }

    private readonly record struct Message(MlflowRun? Run, TaskCompletionSource? Flush);
}
