namespace Diffusion.Experiments.Reporting;

/// <summary>A table as text, before anybody draws it.</summary>
/// <param name="Headers">A title a column.</param>
/// <param name="Rows">The rows.</param>
public sealed record ReportTable(IReadOnlyList<string> Headers, IReadOnlyList<string[]> Rows);
