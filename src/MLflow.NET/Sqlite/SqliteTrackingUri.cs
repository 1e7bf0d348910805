namespace MLflow.Sqlite;

/// <summary>SQLAlchemy's way of naming a SQLite file: <c>sqlite:///relative.db</c>, <c>sqlite:////absolute.db</c>, <c>sqlite:///C:/absolute.db</c>.</summary>
internal static class SqliteTrackingUri
{
    public const string Scheme = "sqlite:";

    private const string EscapedQuestionMark = "%3F";

    /// <summary>The absolute path of the file.</summary>
    public static string ToPath(string uri)
    {
        const string prefix = "sqlite:///";
        string path = uri.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? uri[prefix.Length..] : "";
        if (path.Length == 0 || path.StartsWith(':') || path.Contains('?', StringComparison.Ordinal))
            throw new TrackingUriNotSupportedException(
                $"'{uri}' does not name a database file; write sqlite:///relative/path.db or sqlite:////absolute/path.db.");
        // Which SQLAlchemy has no way to say: a "?" begins an address' query. Other signs stand for themselves, as they do there.
        return Path.GetFullPath(path.Replace(EscapedQuestionMark, "?", StringComparison.OrdinalIgnoreCase));
    }
}
