namespace MLflow.Http;

/// <summary>Conditions in MLflow's search language.</summary>
internal static class SearchLanguage
{
    /// <summary>A filter and equalities of tags; null for no condition. Values that the language cannot quote are left out.</summary>
    public static string? And(string? filter, IReadOnlyList<RunTag> tags)
    {
        string[] conditions = [.. tags.Select(Equality).Prepend(filter).Where(condition => !string.IsNullOrWhiteSpace(condition)).Cast<string>()];
        return conditions.Length == 0 ? null : string.Join(" AND ", conditions);
    }

    private static string? Equality(RunTag tag)
    {
        // There is no escaping: a value with both kinds of quotes, or a line break, cannot be written.
        if (tag.Value.Length == 0 || tag.Value.Any(char.IsControl) || tag.Key.Any(char.IsControl))
            return null;
        char? quote = tag.Value.Contains('\'', StringComparison.Ordinal) ? tag.Value.Contains('"', StringComparison.Ordinal) ? null : '"' : '\'';
        return quote is null ? null : $"tags.`{tag.Key}` = {quote}{tag.Value}{quote}";
    }
}
