using System.Text;

namespace Diffusion.Experiments.Storage;

/// <summary>Files that are either whole or absent: written beside their place, flushed to the disk, renamed.</summary>
public static class AtomicFile
{
    /// <summary>Replaces a file's content by <paramref name="text"/> in UTF-8.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void WriteAllText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Replaces a file's content by what <paramref name="write"/> puts into the stream.</summary>
    /// <exception cref="StorageException">The folder cannot be written; nothing is left behind.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        // Several machines may share the folder, so a process id is not name enough.
        string temporary = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Discard(temporary);
            // .NET adds the name of the file after a colon, which is the temporary one.
            throw new StorageException($"cannot write {path}: {e.Message.Split(" : '", 2)[0]}", e);
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be written need not be deletable either; the first reason is the one to tell.
        }
    }
}
