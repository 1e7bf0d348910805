using System.Globalization;
using System.Text;
using Diffusion.Host.Settings;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace Diffusion.Host.Logging;

/// <summary>
/// Appends events to a file as compact JSON, a line each. Several processes may write to one file, on several machines: each opens it for itself alone, for as
/// long as a line takes. Events that come before the file is known are kept and written then.
/// </summary>
internal sealed class JsonLinesFile : ILogEventSink
{
    private const int Attempts = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly RenderedCompactJsonFormatter _format = new();
    private readonly Lock _lock = new();
    private readonly List<string> _early = [];
    private string? _path;

    /// <summary>Told once, when the file cannot be written.</summary>
    public Action<string> Failed { get; set; } = _ => { };

    private bool HasFailed { get; set; }

    /// <summary>From here on events go to a file.</summary>
    public void Open(string path)
    {
        lock (_lock)
        {
            _path = path;
            // Somebody else's link would lead the log into somebody else's file.
            if (new FileInfo(path).LinkTarget is not null)
                File.Delete(path);
            Append(string.Concat(_early));
            _early.Clear();
        }
    }

    public void Emit(LogEvent logEvent)
    {
        using StringWriter text = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
        _format.Format(logEvent, text);
        string line = Secrets.Without(text.ToString());
        lock (_lock)
        {
            if (_path is null)
                _early.Add(line);
            else
                Append(line);
        }
    }

    private void Append(string lines)
    {
        if (lines.Length == 0 || HasFailed)
            return;
        try
        {
            using FileStream file = OpenAlone(_path!);
            file.Seek(0, SeekOrigin.End);
            file.Write(Encoding.UTF8.GetBytes(lines));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Records say what matters, and whether the folder can be written at all.
            HasFailed = true;
            Failed($"the log {_path} cannot be written: {e.Message}");
        }
    }

    private static FileStream OpenAlone(string path)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException)
                && attempt < Attempts
                && File.Exists(path))
            {
                Thread.Sleep(Pause);
            }
        }
    }
}
