using MLflow;

namespace Diffusion.Trackers;

/// <summary>A tracking URI as people may read it.</summary>
internal sealed class TrackingAddress
{
    private readonly bool _isServer;

    public TrackingAddress(string uri)
    {
        _isServer = Uri.TryCreate(uri, UriKind.Absolute, out Uri? parsed) && (parsed.Scheme == Uri.UriSchemeHttp || parsed.Scheme == Uri.UriSchemeHttps);
        Shown = _isServer ? parsed!.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/') : uri;
    }

    /// <summary>Without user name and password.</summary>
    public string Shown { get; }

    /// <summary>The page of a run, or the command that opens the UI.</summary>
    public string HowToLook(RunInfo? run)
    {
        if (_isServer)
            return run is null ? Shown : $"{Shown}/#/experiments/{run.ExperimentId}/runs/{run.RunId}";
        return Shown.Contains(' ', StringComparison.Ordinal) ? $"mlflow ui --backend-store-uri \"{Shown}\"" : $"mlflow ui --backend-store-uri {Shown}";
    }
}
