using System.Text;

namespace Diffusion.Experiments.Reporting;

/// <summary>A piece of a report that screens and files show alike.</summary>
public sealed record ReportSection
{
    /// <summary>Its title; null to go on under the one before.</summary>
    public string? Title { get; init; }

    /// <summary>Lines before the table.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>The table, where there is one.</summary>
    public ReportTable? Table { get; init; }

    /// <summary>Lines after the table.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The section as Markdown.</summary>
    /// <param name="level">Depth of its title.</param>
    public string ToMarkdown(int level)
    {
        var text = new StringBuilder();
        if (Title is not null)
            text.AppendLine($"{new string('#', level)} {Markdown.Inline(Title)}").AppendLine();
        Paragraph(text, Lines);
        if (Table is not null)
        {
            text.AppendLine(Row(Table.Headers)).AppendLine($"|{string.Concat(Table.Headers.Select(_ => "---|"))}");
            foreach (string[] row in Table.Rows)
                text.AppendLine(Row(row));
            text.AppendLine();
        }

        Paragraph(text, Notes);
        return text.ToString();
    }

    private static void Paragraph(StringBuilder text, IReadOnlyList<string> lines)
    {
        foreach (string line in lines)
            text.AppendLine($"- {Markdown.Inline(line)}");
        if (lines.Count > 0)
            text.AppendLine();
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select(Markdown.Inline))} |";
}
