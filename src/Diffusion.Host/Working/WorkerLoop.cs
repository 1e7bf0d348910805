using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Storage;
using Diffusion.Experiments.Working;
using Diffusion.Host.Processes;

namespace Diffusion.Host.Working;

/// <summary>A worker's conversation with its launcher: tasks come in, a line each, <see cref="WorkerMessage"/>s go out. It ends with its input.</summary>
internal sealed class WorkerLoop(TaskRunner runner)
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);

    // What a task is given to notice that nobody waits for it any more.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Stream _output = Stream.Null;

    /// <returns>An <see cref="ExitCode"/>.</returns>
    public int Run(Stream input, Stream output)
    {
        // What plugins print must not come between the messages.
        Console.SetOut(Console.Error);
        _output = output;
        using BlockingCollection<string> tasks = [];
        // Ctrl-C reaches every process of a terminal; the launcher decides what becomes of its workers, so only the end of the input stops one.
        using CancellationTokenSource abandoned = new();
        Thread reader = new(() => Read(input, tasks, abandoned)) { IsBackground = true, Name = "tasks" };
        reader.Start();
        using Timer heartbeat = new(_ => Say(new(WorkerMessageKind.Alive, Memory: Environment.WorkingSet)), null, HeartbeatInterval, HeartbeatInterval);
        Say(new(WorkerMessageKind.Ready, Memory: Environment.WorkingSet));
        try
        {
            foreach (string task in tasks.GetConsumingEnumerable())
            {
                runner.Run(TaskId.Parse(task), progress => Say(new(WorkerMessageKind.Progress, task, Progress: progress)), abandoned.Token);
                Say(new(WorkerMessageKind.Ended, task, Environment.WorkingSet));
            }

            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (abandoned.IsCancellationRequested)
        {
            return ExitCode.Cancelled;
        }
        catch (StorageException e)
        {
            Say(new(WorkerMessageKind.Blocked, e.Message));
            return ExitCode.BadInput;
        }
    }

    private static void Read(Stream input, BlockingCollection<string> tasks, CancellationTokenSource abandoned)
    {
        using StreamReader reader = new(input);
        while (reader.ReadLine() is { } task)
            tasks.Add(task);
        tasks.CompleteAdding();
        abandoned.Cancel();
        Thread.Sleep(Grace);
        // A component that does not return must not outlive the sweep; nothing of its cell is written before the cell ends.
        Process.GetCurrentProcess().Kill();
    }

    private void Say(WorkerMessage message)
    {
        lock (_lock)
        {
            try
            {
                _output.Write(Encoding.UTF8.GetBytes($"{message.ToLine()}\n"));
                _output.Flush();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The launcher is gone; the end of the input says so too.
            }
        }
    }
}
