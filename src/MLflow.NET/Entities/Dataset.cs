namespace MLflow;

/// <summary>A data set as MLflow records it: where it came from and what identifies its content.</summary>
/// <param name="Name">At most 500 characters.</param>
/// <param name="Digest">What identifies the content, at most 36 characters.</param>
/// <param name="SourceType">For instance <c>local</c>, <c>code</c>, <c>http</c>, <c>hf</c>.</param>
/// <param name="Source">The source as a JSON document, for instance <c>{"uri":"file:///data/faithful.csv"}</c>.</param>
/// <param name="Schema">The columns or tensor shapes as a JSON document.</param>
/// <param name="Profile">Statistics as a JSON document, for instance <c>{"num_rows":272}</c>.</param>
public sealed record Dataset(
    string Name,
    string Digest,
    string SourceType,
    string Source,
    string? Schema = null,
    string? Profile = null);
