using MLflow;

namespace Diffusion.Trackers;

/// <summary>A tracking URI as people may read it.</summary>
internal sealed class TrackingAddress
{
    public TrackingAddress(string uri)
    {
        IsServer = Uri.TryCreate(uri, UriKind.Absolute, out Uri? parsed) && (parsed.Scheme == Uri.UriSchemeHttp || parsed.Scheme == Uri.UriSchemeHttps);
        Shown = IsServer ? parsed!.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/') : uri;
    }

    /// <summary>Whether it is a tracking server's.</summary>
    public bool IsServer { get; }

    /// <summary>Without user name and password.</summary>
    public string Shown { get; }

    /// <summary>The page of a run, or the command that opens the UI.</summary>
    public string HowToLook(RunInfo? run)
    {
        if (IsServer)
            return run is null ? Shown : $"{Shown}/#/experiments/{run.ExperimentId}/runs/{run.RunId}";
        return Shown.Contains(' ', StringComparison.Ordinal) ? $"mlflow ui --backend-store-uri \"{Shown}\"" : $"mlflow ui --backend-store-uri {Shown}";
    }
}
