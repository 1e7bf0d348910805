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

    /// <summary>Makes a run's folder; a place on another machine is left to those who can reach it.</summary>
    public static void MakeFolder(string artifactUri)
    {
        if (ToFolder(artifactUri) is not { } folder)
            return;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MlflowException(ErrorCodes.InternalError, $"The artifact folder '{folder}' cannot be made: {exception.Message}", exception);
        }
    }

    /// <summary>Writes one file, making its folders. The path must stay inside the run's folder.</summary>
    public static async Task WriteAsync(string artifactUri, string artifactPath, Stream content, CancellationToken cancellationToken)
    {
        string folder = ToFolder(artifactUri) ?? throw new MlflowException(
            ErrorCodes.NotImplemented,
            $"The artifacts of this run are kept at '{artifactUri}', which is not an absolute path on this machine; only such places can be written.");
        string path = Path.Combine(folder, CheckedPath(artifactPath));
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

    /// <summary>The path an artifact URI stands for, or null where it is no absolute path on this machine.</summary>
    private static string? ToFolder(string artifactUri)
    {
        if (Path.IsPathFullyQualified(artifactUri))
            return artifactUri;
        return Uri.TryCreate(artifactUri, UriKind.Absolute, out Uri? uri) && uri.IsFile ? uri.LocalPath : null;
    }

    /// <summary>Refuses what MLflow's artifact proxy answers with "Invalid path", so that a path good here is good there.</summary>
    public static string CheckedPath(string artifactPath)
    {
        bool valid = !string.IsNullOrEmpty(artifactPath) && artifactPath.IndexOfAny(['\\', '#', '\0']) < 0 && !Path.IsPathRooted(artifactPath);
        foreach (string part in artifactPath.Split('/'))
            valid &= part is not ("" or "." or "..");
        return valid
            ? artifactPath
            : throw MlflowException.Invalid($"Invalid path: '{artifactPath}'. An artifact's path is relative, divided by '/', without '\\', '#', '.' and '..'.");
    }
}
