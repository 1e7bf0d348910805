using Spectre.Console;

namespace Diffusion.Host.Views;

/// <summary>Rows for people: a table that fits the terminal, or aligned text where the output is no terminal.</summary>
internal static class Table
{
    private const string Gap = "  ";

    // What a terminal's table adds to each column.
    private const int Frame = 3;

    public static void Write(TextWriter output, IReadOnlyList<string> headers, IEnumerable<string[]> rows)
    {
        (headers, rows) = (Plain(headers), rows.Select(Plain));
        if (IsTerminal(output))
            WriteToTerminal(headers, rows);
        else
            WriteText(output, [[.. headers], .. rows]);
    }

    /// <summary>Aligned lines, wherever they go: for more rows than anybody wants drawn as a table.</summary>
    public static void WriteLines(TextWriter output, IReadOnlyList<string> headers, IEnumerable<string[]> rows) => WriteText(output, [[.. headers], .. rows]);

    /// <summary>
    /// Writes a table whose rows are told apart by their first columns. Where it is too wide for the terminal, it is written in parts that each begin with
    /// these.
    /// </summary>
    public static void WriteInParts(TextWriter output, int labels, IReadOnlyList<string> headers, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. headers.Select((header, column) => rows.Select(row => row[column].Length).Append(header.Length).Max())];
        if (!IsTerminal(output) || widths.Sum(width => width + Frame) < AnsiConsole.Profile.Width)
        {
            Write(output, headers, rows);
            return;
        }

        foreach ((int index, int[] part) in Parts([.. widths.Select(width => width + Gap.Length)], labels, AnsiConsole.Profile.Width).Index())
        {
            if (index > 0)
                output.WriteLine();
            WriteText(output, [.. rows.Prepend([.. headers]).Select(row => (string[])[.. part.Select(column => row[column])])]);
        }
    }

    /// <summary>The columns of each part: the labels and as many others, at least one, as fit.</summary>
    internal static IEnumerable<int[]> Parts(IReadOnlyList<int> widths, int labels, int width)
    {
        int[] own = [.. Enumerable.Range(0, labels)];
        List<int> part = [.. own];
        for (int column = labels; column < widths.Count; column++)
        {
            if (part.Count > labels && part.Append(column).Sum(c => widths[c]) > width)
            {
                yield return [.. part];
                part = [.. own];
            }

            part.Add(column);
        }

        yield return [.. part];
    }

    private static bool IsTerminal(TextWriter output) => ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;

    private static void WriteToTerminal(IReadOnlyList<string> headers, IEnumerable<string[]> rows)
    {
        Spectre.Console.Table table = new() { Border = TableBorder.Simple };
        foreach ((int index, string header) in headers.Index())
            table.AddColumn(new TableColumn(new Text(header, new Style(decoration: Decoration.Bold))) { NoWrap = index < headers.Count - 1 });
        foreach (string[] row in rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        AnsiConsole.Write(table);
    }

    // One line a row, whatever a manifest has put into it.
    private static string[] Plain(IReadOnlyList<string> cells) => [.. cells.Select(cell => Terminal.Plain(cell).ReplaceLineEndings(" ").Replace('\t', ' '))];

    private static void WriteText(TextWriter output, IReadOnlyList<string[]> given)
    {
        string[][] rows = [.. given.Select(Plain)];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            output.WriteLine(string.Join(Gap, row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
