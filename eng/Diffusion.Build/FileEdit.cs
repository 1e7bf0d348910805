namespace Diffusion.Build;

/// <summary>Writes an edited copy of a file of a package; the package's own file is only read.</summary>
internal static class FileEdit
{
    /// <summary>Writes the edited copy whole or not at all.</summary>
    /// <param name="source">The file of the package.</param>
    /// <param name="target">The file to write.</param>
    /// <param name="edit">From the file's bytes to those of the copy.</param>
    /// <returns>The exit code: 0, or 2 with a line on standard error.</returns>
    public static int Run(string source, string target, Func<byte[], byte[]> edit)
    {
        try
        {
            byte[] image = edit(File.ReadAllBytes(source));
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
            string partial = $"{target}.{Environment.ProcessId}.tmp";
            File.WriteAllBytes(partial, image);
            File.Move(partial, target, overwrite: true);
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or BadImageFormatException)
        {
            Console.Error.WriteLine($"{source}: {e.Message}");
            return 2;
        }
    }
}
