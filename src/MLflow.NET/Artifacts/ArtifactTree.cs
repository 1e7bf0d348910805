namespace MLflow.Artifacts;

/// <summary>Whole folders of artifacts.</summary>
internal static class ArtifactTree
{
    /// <summary>Copies the files below a folder to this machine, by their paths below that folder's root.</summary>
    /// <param name="list">What lies directly in a folder, by paths from the root.</param>
    /// <returns>The files written, by path.</returns>
    public static async Task<IReadOnlyList<string>> DownloadAsync(
        Func<string, Task<IReadOnlyList<ArtifactFile>>> list,
        Func<string, Task<Stream>> open,
        string folder,
        string destination,
        CancellationToken cancellationToken)
    {
        var written = new List<string>();
        var folders = new Queue<string>([folder]);
        while (folders.TryDequeue(out string? current))
        {
            foreach (ArtifactFile entry in await list(current).ConfigureAwait(false))
            {
                // A server that lists a folder inside itself would be followed for ever.
                if (entry.IsFolder && entry.Path.Length > current.Length)
                    folders.Enqueue(entry.Path);
                if (entry.IsFolder)
                    continue;
                string path = Path.GetFullPath(Path.Combine(destination, ArtifactPaths.Checked(entry.Path)));
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                Stream content = await open(entry.Path).ConfigureAwait(false);
                await using (content.ConfigureAwait(false))
                {
                    FileStream file = File.Create(path);
                    await using (file.ConfigureAwait(false))
                        await content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
                }
                written.Add(path);
            }
        }
        written.Sort(StringComparer.Ordinal);
        return written;
    }
}
