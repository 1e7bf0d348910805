using System.Text;

namespace Diffusion.Experiments.Storage;

/// <summary>Files that are either whole or absent: written beside their place, flushed to the disk, renamed.</summary>
public static class AtomicFile
{
    /// <summary>Replaces a file's content by <paramref name="text"/> in UTF-8.</summary>
    public static void WriteAllText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Replaces a file's content by what <paramref name="write"/> puts into the stream.</summary>
    /// <exception cref="IOException">The folder cannot be written; nothing is left behind.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = $"{path}.{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
