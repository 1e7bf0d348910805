using MLflow.Artifacts;

namespace MLflow.Http;

/// <summary>The artifacts of a tracking server's runs, wherever it says that they are.</summary>
internal sealed class ProxiedArtifacts(ServerConnection server)
{
    private const string Scheme = "mlflow-artifacts:";
    private const string Api = "/api/2.0/mlflow-artifacts/artifacts";

    public async Task WriteAsync(string artifactUri, string artifactPath, Stream content, CancellationToken cancellationToken)
    {
        string checkedPath = ArtifactPaths.Checked(artifactPath);
        if (ProxyFolder(artifactUri) is { } folder)
            await server.UploadAsync($"{folder}/{Escaped(checkedPath)}", content, MediaTypes.ForFile(checkedPath), cancellationToken).ConfigureAwait(false);
        else
            await LocalArtifacts.WriteAsync(Reachable(artifactUri), checkedPath, content, cancellationToken).ConfigureAwait(false);
    }

    public async Task<Stream> OpenAsync(string artifactUri, string artifactPath, CancellationToken cancellationToken)
    {
        string checkedPath = ArtifactPaths.Checked(artifactPath);
        if (ProxyFolder(artifactUri) is not { } folder)
            return LocalArtifacts.Open(Reachable(artifactUri), checkedPath);
        try
        {
            return await server.DownloadAsync($"{folder}/{Escaped(checkedPath)}", cancellationToken).ConfigureAwait(false);
        }
        catch (MlflowException exception) when (exception.ErrorCode is ErrorCodes.ResourceDoesNotExist)
        {
            throw new MlflowException(ErrorCodes.ResourceDoesNotExist, $"No such artifact: '{artifactPath}'", exception) { StatusCode = exception.StatusCode };
        }
    }

    public async Task DeleteAsync(string artifactUri, string artifactPath, CancellationToken cancellationToken)
    {
        string checkedPath = ArtifactPaths.Checked(artifactPath);
        if (ProxyFolder(artifactUri) is { } folder)
            await server.DeleteAsync($"{folder}/{Escaped(checkedPath)}", cancellationToken).ConfigureAwait(false);
        else
            LocalArtifacts.Delete(Reachable(artifactUri), checkedPath);
    }

    /// <summary>The proxy's own listing of a folder, for places that belong to no run.</summary>
    public async Task<IReadOnlyList<ArtifactFile>> ListAsync(string artifactUri, string folder, CancellationToken cancellationToken)
    {
        if (ProxyPlace(artifactUri) is not { } place)
            return LocalArtifacts.List(Reachable(artifactUri), folder);
        string path = folder.Length == 0 ? place.Path : $"{place.Path}/{ArtifactPaths.Checked(folder)}";
        ArtifactsAnswer answer = await server.GetAsync($"{place.Root}{Api}", [("path", path)], MlflowJson.Wire.ArtifactsAnswer, cancellationToken)
            .ConfigureAwait(false);
        return Files(answer, folder);
    }

    /// <summary>An answer's files by path; those that would leave their folder are none of this run's.</summary>
    /// <param name="folder">The folder asked for. The proxy names files below it, a run's listing names them below the run.</param>
    public static IReadOnlyList<ArtifactFile> Files(ArtifactsAnswer answer, string folder)
        => [.. (answer.Files ?? [])
            .Select(file => new ArtifactFile(
                folder.Length == 0 || file.Path.StartsWith($"{folder}/", StringComparison.Ordinal) ? file.Path : $"{folder}/{file.Path}",
                file.IsDir,
                file.IsDir ? null : file.FileSize ?? 0))
            .Where(file => ArtifactPaths.IsValid(file.Path))
            .OrderBy(file => file.Path, StringComparer.Ordinal)];

    private static string Escaped(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private string? ProxyFolder(string artifactUri)
        => ProxyPlace(artifactUri) is { } place ? $"{place.Root}{Api}/{Escaped(place.Path)}" : null;

    /// <summary>Where the proxy keeps a folder: its server, "" for the tracking server itself, and the path there; null where it is no proxy's.</summary>
    private (string Root, string Path)? ProxyPlace(string artifactUri)
    {
        if (!artifactUri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        string rest = artifactUri[Scheme.Length..];
        if (!rest.StartsWith("//", StringComparison.Ordinal))
            return ("", rest.Trim('/'));
        int end = rest.IndexOf('/', 2);
        string authority = end < 0 ? rest[2..] : rest[2..end];
        string path = end < 0 ? "" : rest[end..].Trim('/');
        bool isTheSame = authority.Length == 0
            || authority.Equals(server.Host.Authority, StringComparison.OrdinalIgnoreCase)
            || authority.Equals($"{server.Host.Host}:{server.Host.Port}", StringComparison.OrdinalIgnoreCase);
        return (isTheSame ? "" : $"{server.Host.Scheme}://{authority}", path);
    }

    /// <summary>An artifact URI on this machine's disk; refuses any other.</summary>
    private string Reachable(string artifactUri)
    {
        if (LocalArtifacts.ToFolder(artifactUri) is null)
            throw new MlflowException(
                ErrorCodes.NotImplemented,
                $"The artifacts of this run are kept at '{artifactUri}', which this library cannot reach. "
                    + "A server started with '--serve-artifacts' passes them on.");
        return server.Options.SharesDisk ?? server.Host.IsLoopback
            ? artifactUri
            : throw new MlflowException(
                ErrorCodes.NotImplemented,
                $"The artifacts of this run are kept at '{artifactUri}' on the disk of {server.Host.Host}. "
                    + "A server started with '--serve-artifacts' passes them on; where this machine has the same disk, "
                    + "MlflowServerOptions.SharesDisk says so.");
    }
}
