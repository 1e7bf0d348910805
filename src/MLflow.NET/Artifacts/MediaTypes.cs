namespace MLflow.Artifacts;

/// <summary>What a server is told about a file, by its name's ending, as MLflow's own client tells it.</summary>
internal static class MediaTypes
{
    private static readonly HashSet<string> Texts = new(StringComparer.OrdinalIgnoreCase)
    {
        ".txt", ".log", ".err", ".cfg", ".conf", ".ini", ".toml", ".yaml", ".yml", ".xml", ".json", ".jsonl", ".js", ".py", ".cs", ".csv", ".tsv", ".md",
        ".rst",
    };

    public static string ForFile(string path)
    {
        string ending = Path.GetExtension(path);
        return Texts.Contains(ending) ? "text/plain" : ending.ToLowerInvariant() switch
        {
            ".png" => "image/png",
            ".webp" => "image/webp",
            ".jpg" or ".jpeg" => "image/jpeg",
            ".gif" => "image/gif",
            ".svg" => "image/svg+xml",
            ".html" or ".htm" => "text/html",
            ".pdf" => "application/pdf",
            _ => "application/octet-stream",
        };
    }
}
