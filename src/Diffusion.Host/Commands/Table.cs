using Spectre.Console;

namespace Diffusion.Host.Commands;

/// <summary>Rows for people: a table that fits the terminal, or aligned text where the output is no terminal.</summary>
internal static class Table
{
    public static void Write(TextWriter output, IReadOnlyList<string> headers, IEnumerable<string[]> rows)
    {
        if (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected)
            WriteToTerminal(headers, rows);
        else
            WriteText(output, [[.. headers], .. rows]);
    }

    /// <summary>Aligned lines, wherever they go: for more rows than anybody wants drawn as a table.</summary>
    public static void WriteLines(TextWriter output, IReadOnlyList<string> headers, IEnumerable<string[]> rows) => WriteText(output, [[.. headers], .. rows]);

    private static void WriteToTerminal(IReadOnlyList<string> headers, IEnumerable<string[]> rows)
    {
        Spectre.Console.Table table = new() { Border = TableBorder.Simple };
        foreach ((int index, string header) in headers.Index())
            table.AddColumn(new TableColumn(new Text(header, new Style(decoration: Decoration.Bold))) { NoWrap = index < headers.Count - 1 });
        foreach (string[] row in rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        AnsiConsole.Write(table);
    }

    private static void WriteText(TextWriter output, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
