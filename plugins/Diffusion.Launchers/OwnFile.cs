namespace Diffusion.Launchers;

/// <summary>Files that a launcher writes into a run's folder.</summary>
internal static class OwnFile
{
    /// <summary>
    /// Makes the folder of a file, but no folder above that: a run's folder that was deleted must not come back. A link in the file's place, which would lead
    /// what is written into another's file, goes.
    /// </summary>
    /// <exception cref="IOException">The run's folder is gone.</exception>
    public static void Prepare(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        string above = Path.GetDirectoryName(folder)!;
        if (!Directory.Exists(above))
            throw new DirectoryNotFoundException($"{above} is gone");
        Directory.CreateDirectory(folder);
        if (new FileInfo(path).LinkTarget is not null)
            File.Delete(path);
    }
}
