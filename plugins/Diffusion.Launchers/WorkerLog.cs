using System.Text;

namespace Diffusion.Launchers;

/// <summary>What a worker prints beside its messages: in a file, and the last of it in memory. Safe to use from several threads.</summary>
/// <param name="path">The file, added to, and made with its folder when there is something to write.</param>
internal sealed class WorkerLog(string path) : IDisposable
{
    private const int Kept = 200;

    private readonly Lock _gate = new();
    private readonly Queue<string> _lastOutput = new();
    private readonly Queue<string> _lastErrors = new();
    private string _heading = "";
    private FileStream? _file;

    /// <summary>The last lines since the last <see cref="Begin"/>, output before errors: a flood of the one does not wash away the other.</summary>
    public IReadOnlyList<string> Last
    {
        get
        {
            lock (_gate)
                return [.. _lastOutput, .. _lastErrors];
        }
    }

    /// <summary>From here on lines belong to a task.</summary>
    public void Begin(string task)
    {
        lock (_gate)
        {
            _heading = $"== {task}\n";
            _lastOutput.Clear();
            _lastErrors.Clear();
        }
    }

    /// <summary>Takes a line of the worker's output.</summary>
    public void AddOutput(string line) => Add(line, _lastOutput);

    /// <summary>Takes a line of the worker's errors.</summary>
    public void AddError(string line) => Add(line, _lastErrors);

    public void Dispose()
    {
        lock (_gate)
            _file?.Dispose();
    }

    private void Add(string line, Queue<string> last)
    {
        lock (_gate)
        {
            if (last.Count == Kept)
                last.Dequeue();
            last.Enqueue(line);
            try
            {
                _file ??= Open();
                _file.Write(Encoding.UTF8.GetBytes($"{_heading}{line}\n"));
                _heading = "";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Chatter is worth no run: what matters on a full disk is that a record cannot be written, and the worker says so.
            }
        }
    }

    private FileStream Open()
    {
        OwnFile.Prepare(path);
        // Without a buffer: the last line before a crash is the one that matters, and nothing is left to fail when it is closed.
        return new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
    }
}
