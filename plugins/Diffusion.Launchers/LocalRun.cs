using System.Collections.Concurrent;
using System.ComponentModel;
using System.Globalization;

namespace Diffusion.Launchers;

/// <summary>
/// One launch of <see cref="LocalLauncher"/>. Workers' readers and the timer only post events; the thread that launched deals with them one
/// after another. So nothing here needs a lock, and what a callback throws ends the launch.
/// </summary>
internal sealed class LocalRun(LocalLauncherOptions options, ILaunchContext context, MemoryKills kills) : IDisposable
{
    private const double LongestBackoff = 60;
    private const double Grace = 3;
    private const int LinesShown = 10;
    private const double MiB = 1 << 20;

    // All waiting is counted in ticks that were dealt with, never read from a clock. If this process was stopped for an hour, or a callback took
    // that long, it is one tick, and no worker seems silent or late for it.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly BlockingCollection<Action> _events = [];
    private readonly List<LocalWorker> _workers = [];
    private readonly PriorityQueue<LocalTask, int> _waiting = new();
    private readonly PriorityQueue<Action, long> _later = new();
    private Queue<int> _freeNumbers = new();
    private LaunchStage _stage = new("", []);
    private double _memory;
    private long _now;
    private int _unended;
    private int _failedStarts;
    private bool _startsPause;
    private bool _toldOfMemory;
    private bool _tickWaits;

    /// <summary>Runs all stages, and returns when all tasks have ended and no worker is left.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="LaunchException">Workers cannot start, or cannot write records.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        int most = Math.Min(
            options.Workers == 0 ? Environment.ProcessorCount : options.Workers, context.Stages.Select(stage => stage.Tasks.Count).DefaultIfEmpty().Max());
        _freeNumbers = new Queue<int>(Enumerable.Range(1, most));
        _memory = options.Memory == 0 ? 0.8 * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / most : options.Memory * MiB;
        using PeriodicTimer timer = new(Tick);
        Task ticking = TickAsync(timer);
        try
        {
            foreach (LaunchStage stage in context.Stages)
                Run(stage, cancellationToken);
        }
        finally
        {
            EndWorkers();
            timer.Dispose();
            ticking.Wait(CancellationToken.None);
        }
    }

    public void Dispose() => _events.Dispose();

    private void Run(LaunchStage stage, CancellationToken cancellationToken)
    {
        _stage = stage;
        _unended = stage.Tasks.Count;
        for (int i = 0; i < stage.Tasks.Count; i++)
            _waiting.Enqueue(new LocalTask(stage.Tasks[i], i), i);
        while (_unended > 0)
        {
            HandOut();
            _events.Take(cancellationToken)();
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task TickAsync(PeriodicTimer timer)
    {
        while (await timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            if (!Interlocked.Exchange(ref _tickWaits, true))
                _events.Add(OnTick);
        }
    }

    /// <summary>Gives waiting tasks to idle workers, and starts workers for the rest.</summary>
    private void HandOut()
    {
        while (_waiting.TryPeek(out LocalTask? next, out _) && MayBegin(next))
        {
            if (_workers.Find(worker => worker.IsIdle) is not { } idle)
            {
                int wanted = next.IsAlone ? 1 : _waiting.Count;
                for (int starting = _workers.Count(worker => !worker.IsReady); starting < wanted && _freeNumbers.Count > 0 && !_startsPause; starting++)
                    Start();
                return;
            }

            _waiting.Dequeue();
            Give(idle, next);
        }
    }

    private bool MayBegin(LocalTask next) => !_workers.Exists(worker => worker.Task is { } other && (other.IsAlone || next.IsAlone));

    private void Start()
    {
        int number = _freeNumbers.Dequeue();
        LocalWorker worker = new(number, new WorkerLog(Path.Combine(context.RunFolder, "logs", $"worker-{number}.log")));
        try
        {
            worker.Process = new WorkerProcess(
                context.WorkerCommand, worker.Log, message => _events.Add(() => OnMessage(worker, message)), () => _events.Add(() => OnEnded(worker)));
            _workers.Add(worker);
        }
        catch (Win32Exception e)
        {
            _freeNumbers.Enqueue(number);
            OnFailedStart(e.Message, []);
        }
    }

    private void Give(LocalWorker worker, LocalTask task)
    {
        worker.Task = task;
        worker.Ticks = 0;
        worker.KillsBefore = kills.Count();
        worker.Log.Begin(task.Id);
        if (task.Attempts++ == 0)
            context.Started(task.Id);
        worker.Process.Send(task.Id);
    }

    private void OnMessage(LocalWorker worker, WorkerMessage message)
    {
        worker.SilentTicks = 0;
        switch (message.Kind)
        {
            case WorkerMessageKind.Ready:
                worker.IsReady = true;
                _failedStarts = 0;
                break;
            case WorkerMessageKind.Progress when message.Progress is { } progress && worker.Task?.Id == message.Task:
                context.Progressed(progress);
                break;
            case WorkerMessageKind.Ended when worker.Task is { } task && task.Id == message.Task:
                worker.Task = null;
                if (message.Memory > _memory)
                    Replace(worker, message);
                End(task, null);
                break;
            case WorkerMessageKind.Blocked:
                throw new LaunchException(message.Task);
        }
    }

    private void Replace(LocalWorker worker, WorkerMessage message)
    {
        if (!_toldOfMemory)
        {
            context.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"worker {worker.Number} holds {message.Memory / MiB:n0} MiB after {message.Task}, more than {_memory / MiB:n0}: a fresh one takes its place, "
                    + $"as with each that does so"));
            _toldOfMemory = true;
        }

        worker.IsLeaving = true;
        worker.Ticks = 0;
        worker.Process.Dismiss();
    }

    private void OnEnded(LocalWorker worker)
    {
        _workers.Remove(worker);
        _freeNumbers.Enqueue(worker.Number);
        int exitCode = worker.Process.ExitCode;
        worker.Process.Dispose();
        IReadOnlyList<string> said = worker.Log.Last;
        if (!worker.IsReady)
            OnFailedStart(worker.Fault?.Message ?? $"one ended with {WorkerEnd.Name(exitCode)} before it took tasks", said);
        else if (worker.Task is { } task && context.HasRecord(task.Id))
            End(task, null);
        else if (worker.Task is { } interrupted)
            OnInterrupted(interrupted, worker.Fault ?? WorkerEnd.Describe(exitCode, kills.Count() > worker.KillsBefore, said), said);
    }

    private void OnFailedStart(string reason, IReadOnlyList<string> said)
    {
        _failedStarts++;
        // One that could not start may have been killed by somebody, like one in the middle of a task; it takes as many to give up.
        if (_failedStarts > Math.Max(1, options.Retries) && !_workers.Exists(worker => worker.IsReady))
            throw new LaunchException(string.Join("\n  ", said.TakeLast(LinesShown).Prepend($"workers cannot start: {reason}")));
        context.Say($"workers cannot start: {reason}; trying again");
        _startsPause = true;
        After(Backoff(_failedStarts), () => _startsPause = false);
    }

    private void OnInterrupted(LocalTask task, WorkerFault fault, IReadOnlyList<string> said)
    {
        if (fault.IsFinal || task.Attempts > options.Retries)
        {
            string message = task.Attempts > 1 ? $"{fault.Message} (tried {task.Attempts} times)" : fault.Message;
            End(task, new TaskFailure(fault.Kind, message, WriteLog(task.Id, message, said)));
            return;
        }

        // What did not fit beside others may fit alone; it comes after all others then, or it would keep their workers waiting.
        task.IsAlone |= fault.Kind == TaskFailureKind.OutOfMemory;
        context.Say($"{task.Id}: {fault.Message}; it is tried again{(task.IsAlone ? ", alone" : "")} ({task.Attempts} of {options.Retries})");
        After(Backoff(task.Attempts), () => _waiting.Enqueue(task, task.IsAlone ? _stage.Tasks.Count + task.Order : task.Order));
    }

    private void End(LocalTask task, TaskFailure? failure)
    {
        _unended--;
        context.Ended(task.Id, failure);
    }

    private string? WriteLog(string task, string message, IReadOnlyList<string> said)
    {
        string path = Path.Combine(context.RunFolder, "logs", $"{task}.log");
        try
        {
            OwnFile.Prepare(path);
            File.WriteAllLines(path, said.Prepend(message));
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void OnTick()
    {
        Volatile.Write(ref _tickWaits, false);
        _now++;
        while (_later.TryPeek(out _, out long due) && due <= _now)
            _later.Dequeue()();

        double limit = _stage.Name == "train" ? options.TrainTimeout : options.TaskTimeout;
        foreach (LocalWorker worker in _workers)
        {
            worker.Ticks++;
            worker.SilentTicks++;
            if (worker.IsLeaving)
            {
                if (IsOver(worker.Ticks, Grace))
                    worker.Process.Kill();
            }
            else if (!worker.IsReady)
            {
                if (IsOver(worker.Ticks, options.StartTimeout))
                    GiveUp(worker, $"one took no tasks within {Seconds(options.StartTimeout)}", isFinal: false);
            }
            else if (worker.Task is not null && limit > 0 && IsOver(worker.Ticks, limit))
            {
                // Work is deterministic: it would take as long again.
                GiveUp(worker, $"took longer than {Seconds(limit)}", isFinal: true);
            }
            else if (options.Silence > 0 && IsOver(worker.SilentTicks, options.Silence))
            {
                GiveUp(worker, $"no sign of life for {Seconds(options.Silence)}", isFinal: false);
            }
        }
    }

    private static void GiveUp(LocalWorker worker, string why, bool isFinal)
    {
        worker.Fault = new WorkerFault(TaskFailureKind.Timeout, why, isFinal);
        worker.IsLeaving = true;
        worker.Ticks = 0;
        worker.Process.Kill();
    }

    private void EndWorkers()
    {
        foreach (LocalWorker worker in _workers)
            worker.Process.Dismiss();
        Task ended = Task.WhenAll(_workers.Select(worker => worker.Process.Ended));
        if (!ended.Wait(TimeSpan.FromSeconds(Grace), CancellationToken.None))
        {
            foreach (LocalWorker worker in _workers.Where(worker => !worker.Process.Ended.IsCompleted))
                worker.Process.Kill();
            // Not for ever: one that hangs in the kernel (a file server that is gone) ends when that lets it go.
            ended.Wait(TimeSpan.FromSeconds(Grace), CancellationToken.None);
        }

        foreach (LocalWorker worker in _workers)
            worker.Process.Dispose();
    }

    private void After(double seconds, Action action) => _later.Enqueue(action, _now + (long)Math.Ceiling(seconds / Tick.TotalSeconds));

    private double Backoff(int failures) => Math.Min(LongestBackoff, options.Backoff * Math.Pow(2, failures - 1));

    // The first tick may come at once, so that many have passed only with one more.
    private static bool IsOver(long ticks, double seconds) => ticks > seconds / Tick.TotalSeconds;

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###} s");
}
