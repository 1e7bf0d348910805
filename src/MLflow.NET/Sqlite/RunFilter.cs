using System.Globalization;
using System.Text.RegularExpressions;

namespace MLflow.Sqlite;

/// <summary>
/// MLflow's search language as SQL over the table runs: comparisons of metrics, parameters, tags, attributes and data sets, joined by AND. Metrics
/// compare as numbers by their latest value, attributes of time as milliseconds, everything else as text.
/// </summary>
/// <param name="bind">Adds a value to the statement and returns its placeholder.</param>
internal sealed partial class RunFilter(Func<object, string> bind)
{
    private static readonly Dictionary<string, string> Attributes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["run_id"] = "run_uuid",
        ["run_uuid"] = "run_uuid",
        ["run_name"] = "name",
        ["Run name"] = "name",
        ["status"] = "status",
        ["artifact_uri"] = "artifact_uri",
        ["user_id"] = "user_id",
        ["start_time"] = "start_time",
        ["Created"] = "start_time",
        ["end_time"] = "end_time",
    };

    /// <summary>The condition that a filter states.</summary>
    public string Where(string filter)
    {
        var conditions = new List<string>();
        for (string rest = filter.Trim(); rest.Length > 0;)
        {
            Match clause = Clause().Match(rest);
            if (!clause.Success || (clause.Groups["and"].Success != (conditions.Count > 0)))
                throw MlflowException.Invalid($"Invalid clause(s) in filter string: '{filter}'");
            conditions.Add(Condition(clause, filter));
            rest = rest[clause.Length..].TrimStart();
        }
        return conditions.Count == 0 ? "1" : string.Join(" AND ", conditions);
    }

    /// <summary>An expression to order by; runs that lack it come last.</summary>
    public string OrderBy(string order)
    {
        Match match = Order().Match(order.Trim());
        if (!match.Success)
            throw MlflowException.Invalid($"Invalid order_by clause '{order}'.");
        string key = Unquoted(match.Groups["key"].Value);
        string expression = Entity(match) switch
        {
            "metrics" => $"(SELECT CASE WHEN is_nan THEN NULL ELSE value END FROM latest_metrics WHERE run_uuid = runs.run_uuid AND key = {bind(key)})",
            "params" => $"(SELECT value FROM params WHERE run_uuid = runs.run_uuid AND key = {bind(key)})",
            "tags" => $"(SELECT value FROM tags WHERE run_uuid = runs.run_uuid AND key = {bind(key)})",
            "attributes" => Column(key),
            _ => throw MlflowException.Invalid($"Invalid order_by clause '{order}'."),
        };
        bool descends = match.Groups["direction"].Value.Equals("DESC", StringComparison.OrdinalIgnoreCase);
        return $"{expression} {(descends ? "DESC" : "ASC")} NULLS LAST";
    }

    /// <summary>The entity's full name; a key alone is an attribute's.</summary>
    private static string Entity(Match match) => match.Groups["entity"].Value.ToLowerInvariant() switch
    {
        "metric" or "metrics" => "metrics",
        "param" or "params" or "parameter" or "parameters" => "params",
        "tag" or "tags" => "tags",
        "" or "attr" or "attribute" or "attributes" or "run" => "attributes",
        "dataset" or "datasets" => "datasets",
        string other => other,
    };

    private static string Column(string key) => Attributes.TryGetValue(key, out string? column)
        ? column
        : throw MlflowException.Invalid($"Invalid attribute key '{key}' specified. Valid keys are '{string.Join(", ", Attributes.Keys)}'.");

    private static string Unquoted(string text) => text.Length > 1 && text[0] is '`' or '"' or '\'' ? text[1..^1] : text;

    private string Condition(Match clause, string filter)
    {
        string key = Unquoted(clause.Groups["key"].Value),
            comparison = clause.Groups["comparison"].Value.ToUpperInvariant(),
            value = clause.Groups["value"].Value;
        return Entity(clause) switch
        {
            "metrics" => $"EXISTS (SELECT 1 FROM latest_metrics WHERE run_uuid = runs.run_uuid AND key = {bind(key)} AND NOT is_nan AND value "
                + $"{Numeric(comparison, filter)} {Number(value, filter)})",
            "params" => $"EXISTS (SELECT 1 FROM params WHERE run_uuid = runs.run_uuid AND key = {bind(key)} AND {Textual("value", comparison, value, filter)})",
            "tags" => $"EXISTS (SELECT 1 FROM tags WHERE run_uuid = runs.run_uuid AND key = {bind(key)} AND {Textual("value", comparison, value, filter)})",
            "attributes" when Column(key) is "start_time" or "end_time" => $"{Column(key)} {Numeric(comparison, filter)} {Number(value, filter)}",
            "attributes" => Textual(Column(key), comparison, value, filter),
            "datasets" => DataSet(key, Textual(key is "context" ? "input_tags.value" : $"datasets.{key}", comparison, value, filter), filter),
            _ => throw Refused(filter),
        };
    }

    private static string DataSet(string key, string condition, string filter) => key switch
    {
        "name" or "digest" => "EXISTS (SELECT 1 FROM inputs JOIN datasets ON dataset_uuid = source_id WHERE destination_type = 'RUN' AND source_type = "
            + $"'DATASET' AND destination_id = runs.run_uuid AND {condition})",
        "context" => "EXISTS (SELECT 1 FROM inputs JOIN input_tags ON input_tags.input_uuid = inputs.input_uuid WHERE destination_type = 'RUN' AND "
            + $"source_type = 'DATASET' AND destination_id = runs.run_uuid AND input_tags.name = '{MlflowTags.DataContext}' AND {condition})",
        _ => throw Refused(filter),
    };

    private static string Numeric(string comparison, string filter) =>
        comparison is "=" or "!=" or "<" or "<=" or ">" or ">=" ? comparison : throw Refused(filter);

    private static MlflowException Refused(string filter) => MlflowException.Invalid($"Invalid clause(s) in filter string: '{filter}'");

    private string Number(string value, string filter) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? bind(number) : throw Refused(filter);

    private string Textual(string column, string comparison, string value, string filter) => (comparison, value[0]) switch
    {
        ("IN" or "NOT IN", '(') => $"{column} {comparison} ({string.Join(", ", Quoted().Matches(value).Select(match => bind(Unquoted(match.Value))))})",
        ("=" or "!=", '\'' or '"') => $"{column} {comparison} {bind(Unquoted(value))}",
        // SQLite's own LIKE takes no notice of case; its GLOB does, with other wild cards.
        ("ILIKE", '\'' or '"') => $"{column} LIKE {bind(Unquoted(value))}",
        ("LIKE", '\'' or '"') => $"{column} GLOB {bind(Glob(Unquoted(value)))}",
        _ => throw Refused(filter),
    };

    private static string Glob(string pattern) => string.Concat(pattern.Select(c => c switch
    {
        '%' => "*",
        '_' => "?",
        '*' or '?' or '[' => $"[{c}]",
        _ => c.ToString(),
    }));

    [GeneratedRegex(
        """\A(?<and>AND\s+)?((?<entity>\w+)\.)?(?<key>`[^`]+`|"[^"]+"|[\w./\-]+)\s*(?<comparison>!=|<=|>=|=|<|>|I?LIKE\b|(NOT\s)?IN\b)\s*"""
            + """(?<value>'[^']*'|"[^"]*"|\(\s*('[^']*'|"[^"]*")(\s*,\s*('[^']*'|"[^"]*"))*\s*\)|[-+.\w]+)(?=\s|\z)""",
        RegexOptions.IgnoreCase)]
    private static partial Regex Clause();

    [GeneratedRegex("""\A((?<entity>\w+)\.)?(?<key>`[^`]+`|"[^"]+"|[\w./\-]+)(\s+(?<direction>ASC|DESC))?\z""", RegexOptions.IgnoreCase)]
    private static partial Regex Order();

    [GeneratedRegex("""'[^']*'|"[^"]*" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Quoted();
}
