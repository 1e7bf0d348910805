using Diffusion.Experiments.Reporting;

namespace Diffusion.Host.Views;

/// <summary>Sections of a report on the screen.</summary>
internal static class ReportView
{
    public static void Write(TextWriter output, IEnumerable<ReportSection> sections)
    {
        foreach ((int index, ReportSection section) in sections.Index())
        {
            if (index > 0)
                output.WriteLine();
            Write(output, section);
        }
    }

    public static void Write(TextWriter output, ReportSection section)
    {
        if (section.Title is not null)
            output.WriteLine($"{section.Title}:");
        foreach (string line in section.Lines)
            output.WriteLine(line);
        if (section.Table is { } table)
            Table.Write(output, table.Headers, table.Rows);
        foreach (string line in section.Notes)
            output.WriteLine(line);
    }
}
