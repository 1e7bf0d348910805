using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Diffusion.Launchers;

/// <summary>A worker as a process: lines go in, messages come out, and whatever else it prints goes to its log.</summary>
internal sealed class WorkerProcess : IDisposable
{
    // What a worker has started may outlive it and hold its output open.
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly WorkerLog _log;
    private readonly CancellationTokenSource _enough = new();

    /// <summary>Starts it. <paramref name="heard"/> and <paramref name="ended"/> are called from any thread, the latter once and last.</summary>
    /// <exception cref="Win32Exception">There is no such program, or no process can be made.</exception>
    public WorkerProcess(IReadOnlyList<string> command, WorkerLog log, Action<WorkerMessage> heard, Action ended)
    {
        _log = log;
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(command[0], command.Skip(1))
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
                StandardOutputEncoding = Encoding.UTF8,
                StandardErrorEncoding = Encoding.UTF8,
            },
        };
        _process.Start();
        Ended = LiveAsync(heard, ended);
    }

    /// <summary>Done when the process has ended and what it said has been read. Never fails.</summary>
    public Task Ended { get; }

    /// <summary>Once ended: 128 and the signal's number where a signal ended it.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Gives it a line. One that has ended takes none, which its end tells.</summary>
    public void Send(string line)
    {
        try
        {
            _process.StandardInput.WriteLine(line);
        }
        catch (IOException)
        {
        }
    }

    /// <summary>Ends its input, upon which it is to end.</summary>
    public void Dismiss()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A line that an ended worker did not take.
        }
    }

    /// <summary>Ends it and what it has started.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is AggregateException or InvalidOperationException or Win32Exception)
        {
            // It, or one of its children, has ended meanwhile.
        }
    }

    public void Dispose()
    {
        Dismiss();
        _process.StandardOutput.Dispose();
        _process.StandardError.Dispose();
        _process.Dispose();
        _enough.Dispose();
    }

    private async Task LiveAsync(Action<WorkerMessage> heard, Action ended)
    {
        Task reading = Task.WhenAll(ReadAsync(_process.StandardOutput, Take), ReadAsync(_process.StandardError, _log.AddError));
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _enough.CancelAfter(LongestRest);
        await reading.ConfigureAwait(false);
        _log.Dispose();
        ended();

        void Take(string line)
        {
            // What a plugin printed without an end of line may stand ahead of a message.
            int start = line.LastIndexOf(WorkerMessage.Mark);
            if (start < 0 || WorkerMessage.Parse(line[start..]) is not { } message)
            {
                _log.AddOutput(line);
                return;
            }

            if (start > 0)
                _log.AddOutput(line[..start]);
            heard(message);
        }
    }

    private async Task ReadAsync(StreamReader reader, Action<string> take)
    {
        try
        {
            while (await reader.ReadLineAsync(_enough.Token).ConfigureAwait(false) is { } line)
                take(line);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Nothing more of it can be read.
        }
    }
}
