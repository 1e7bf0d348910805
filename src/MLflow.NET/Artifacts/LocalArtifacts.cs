namespace MLflow.Artifacts;

/// <summary>Artifact folders on this machine's disk.</summary>
internal static class LocalArtifacts
{
    /// <summary>How a store writes a folder down: the absolute path, or a <c>file:</c> URI where the path holds characters a URI escapes.</summary>
    public static string ToUri(string folder)
    {
        string uri = new Uri(folder).AbsoluteUri;
        return uri == "file://" + folder ? folder : uri;
    }

    /// <summary>Writes one file, making its folders. The path must stay inside the run's folder.</summary>
    public static async Task WriteAsync(string artifactUri, string artifactPath, Stream content, CancellationToken cancellationToken)
    {
        string path = Path.Combine(RequiredFolder(artifactUri), ArtifactPaths.Checked(artifactPath));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
                await content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MlflowException(ErrorCodes.InternalError, $"The artifact '{artifactPath}' cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>What lies directly in a folder, by path.</summary>
    public static IReadOnlyList<ArtifactFile> List(string artifactUri, string folder)
    {
        string prefix = folder.Length == 0 ? "" : $"{ArtifactPaths.Checked(folder)}/";
        var place = new DirectoryInfo(Path.Combine(RequiredFolder(artifactUri), prefix));
        return place.Exists
            ? [.. place.EnumerateFileSystemInfos()
                .OrderBy(entry => entry.Name, StringComparer.Ordinal)
                .Select(entry => new ArtifactFile(prefix + entry.Name, entry is DirectoryInfo, (entry as FileInfo)?.Length))]
            : [];
    }

    public static Stream Open(string artifactUri, string artifactPath)
    {
        string path = Path.Combine(RequiredFolder(artifactUri), ArtifactPaths.Checked(artifactPath));
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 4096, FileOptions.Asynchronous);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MlflowException(ErrorCodes.ResourceDoesNotExist, $"No such artifact: '{artifactPath}'", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MlflowException(ErrorCodes.InternalError, $"The artifact '{artifactPath}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Deletes a file, or a folder with everything in it, where there is one.</summary>
    public static void Delete(string artifactUri, string artifactPath)
    {
        string path = Path.Combine(RequiredFolder(artifactUri), ArtifactPaths.Checked(artifactPath));
        try
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else if (File.Exists(path))
                File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MlflowException(ErrorCodes.InternalError, $"The artifact '{artifactPath}' cannot be deleted: {exception.Message}", exception);
        }
    }

    /// <summary>The path an artifact URI stands for, or null where it is no absolute path on this machine.</summary>
    public static string? ToFolder(string artifactUri)
    {
        if (Path.IsPathFullyQualified(artifactUri))
            return artifactUri;
        return Uri.TryCreate(artifactUri, UriKind.Absolute, out Uri? uri) && uri.IsFile ? uri.LocalPath : null;
    }

    private static string RequiredFolder(string artifactUri) => ToFolder(artifactUri) ?? throw new MlflowException(
        ErrorCodes.NotImplemented,
        $"The artifacts of this run are kept at '{artifactUri}', which is not an absolute path on this machine; only such places can be used.");
}
