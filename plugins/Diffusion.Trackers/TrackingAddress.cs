using MLflow;

namespace Diffusion.Trackers;

/// <summary>A tracking URI as people may read it.</summary>
internal sealed class TrackingAddress
{
    private const string Scheme = "sqlite:///";

    // A "?" of a path, which no tracking URI of MLflow's own can say.
    private const string EscapedQuestionMark = "%3F";

    private const string SafeInShells = "_-./:%+,=@~";

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
        int file = Shown.LastIndexOf('/') + 1;
        if (!Shown.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !Shown[..file].Contains(EscapedQuestionMark, StringComparison.OrdinalIgnoreCase))
            return Look(Shown);
        string folder = Shown[Scheme.Length..(file - 1)].Replace(EscapedQuestionMark, "?", StringComparison.OrdinalIgnoreCase);
        return $"cd {ForShell(folder)} && {Look(Scheme + Shown[file..])}";

        static string Look(string uri) => $"mlflow ui --backend-store-uri {ForShell(uri)}";
    }

    private static string ForShell(string word)
    {
        if (word.All(c => char.IsAsciiLetterOrDigit(c) || SafeInShells.Contains(c, StringComparison.Ordinal)))
            return word;
        return word.IndexOfAny(['$', '`', '"', '\\', '!']) < 0 || OperatingSystem.IsWindows()
            ? $"\"{word}\""
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
