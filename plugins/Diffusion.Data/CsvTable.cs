using System.Globalization;
using System.Text;
using nietras.SeparatedValues;

namespace Diffusion.Data;

/// <summary>The numbers of a delimited text file, with what is wrong with it said by line and column.</summary>
/// <param name="options">The file and how it is written.</param>
internal sealed class CsvTable(CsvOptions options)
{
    private const int MostColumns = 100_000;
    private const int MostNumbers = 100_000_000;
    private const int MostShown = 60;
    private const int MostNamed = 8;

    private static readonly char[] Delimiters = [';', '\t', '|', ','];

    /// <summary>A text from a file, fit for a message: short, and without control characters that a terminal would obey.</summary>
    public static string Shown(string text)
    {
        StringBuilder shown = new();
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, MostShown)))
        {
            if (char.IsControl(c))
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                shown.Append(c);
        }

        return shown.Append(text.Length > MostShown ? "…" : "").ToString();
    }

    /// <summary>Reads the whole file.</summary>
    /// <returns>The columns taken, and their numbers row by row.</returns>
    /// <exception cref="InvalidDataException">The file is not what the options promise; the message says where.</exception>
    public (string[] Names, double[] Values) Read()
    {
        string[]? header = null;
        int[] selection = [];
        List<double> values = [];
        using StreamReader text = new(options.Path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        // Where the last row ended; the reader's own number for the start of the first row is off by one.
        int next = 1, line = 1;
        try
        {
            using SepReader reader = new Sep(options.Delimiter[0])
                .Reader(o => o with { HasHeader = false, DisableColCountCheck = true, Unescape = true, Trim = SepTrim.All, DisableFastFloat = true })
                .From(text);
            foreach (SepReader.Row row in reader)
            {
                (line, next) = (next, row.LineNumberToExcl);
                if (row.Span.IsWhiteSpace() && row.ColCount == 1)
                    continue;
                // Asked before any field, which is taken out of its quotes in place.
                if (row.Span.Count('"') % 2 == 1)
                    throw Invalid(line, "a quoted field is not closed properly");

                if (header is null)
                {
                    if (row.ColCount > MostColumns)
                        throw Invalid(line, $"{row.ColCount} columns, where {MostColumns} are the most that can be read");
                    string first = row.Span.ToString();
                    string[] fields = [.. row[..].ToStringsArray()];
                    header = options.Header ? fields : [.. fields.Select((_, i) => $"x{i + 1}")];
                    selection = Select(header, first, line);
                    if (options.Header)
                        continue;
                }

                if (row.ColCount != header.Length)
                    throw Invalid(line, $"{row.ColCount} fields where {header.Length} are "
                        + $"expected{(row.ColCount == header.Length + 1 && row[^1].Span.IsEmpty ? $"; the line ends with '{options.Delimiter}'" : "")}");
                if (values.Count > MostNumbers - selection.Length)
                    throw Invalid(line, $"more than {MostNumbers} numbers, the most that can be read; shorten the file or choose fewer \"columns\"");
                foreach (int i in selection)
                    values.Add(Number(row[i].Span, header[i], line, values.Count == 0));
            }
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException($"{options.Path}, line {next} or later: the bytes are not UTF-8 text.");
        }
        catch (NotSupportedException)
        {
            // The reader's own bound on a line.
            throw new InvalidDataException($"{options.Path}, line {next}: longer than 16 million characters, the most that can be read. "
                + "A quoted field that is not closed makes such lines, too.");
        }

        if (header is null || values.Count == 0)
            throw new InvalidDataException($"{options.Path} holds no rows{(header is null ? "" : " below its header")}.");
        return ([.. selection.Select(i => header[i])], [.. values]);
    }

    private int[] Select(string[] header, string text, long line)
    {
        if (options.Header
            && header.Length == 1
            && Delimiters.Where(c => !text.Contains('"') && text.Contains(c)).Select(c => c == '\t' ? "\\t" : $"{c}").FirstOrDefault() is { } other)
            throw Invalid(line, $"the header has '{other}': is \"delimiter\": \"{other}\" meant?");
        if (options.Columns.Length > 0)
            return [.. options.Columns.Select((name, i) => IndexOf(name, i, header, line))];

        if (options.Header)
            CheckNames(header, line);
        return [.. Enumerable.Range(0, header.Length)];
    }

    private int IndexOf(string name, int place, string[] header, long line)
    {
        if (Array.IndexOf(options.Columns, name) != place)
            throw new InvalidDataException($"{options.Path}: \"columns\" names '{Shown(name)}' twice.");
        int index = Array.IndexOf(header, name);
        if (index < 0)
            throw Invalid(line, $"there is no column '{Shown(name)}'; the columns are {Listed(header, Shown)}");
        if (Array.LastIndexOf(header, name) != index)
            throw Invalid(line, $"two columns have the same name, '{Shown(name)}'");
        return index;
    }

    private void CheckNames(string[] header, long line)
    {
        if (Array.Exists(header, IsNumber) && Array.TrueForAll(header, name => name.Length == 0 || IsNumber(name)))
            throw Invalid(line, $"the header holds numbers only ({Listed(header, Shown)}). If the file has no header, set \"header\": false; "
                + "if these are names, list those to take in \"columns\"");

        string[] named = [.. header.Where(name => !IsUnnamed(name))];
        if (Array.FindIndex(header, IsUnnamed) is >= 0 and var unnamed)
        {
            string what = header[unnamed].Length == 0 ? $"column {unnamed + 1} has no name" : $"column {unnamed + 1} is called '{header[unnamed]}'";
            throw Invalid(line, named.Length == 0
                ? $"{what}; name the columns, or set \"header\": false if the file has no header"
                : $"{what}, as the row numbers that a data frame writes. Say which columns to take: \"columns\": "
                    + $"[{Listed(named, name => $"\"{Shown(name)}\"")}]");
        }

        if (header.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
            throw Invalid(line, $"two columns have the same name, '{Shown(twice.Key)}'");
    }

    // pandas calls a column so that it reads back without a name.
    private static bool IsUnnamed(string name) => name.Length == 0 || name.StartsWith("Unnamed: ", StringComparison.Ordinal);

    private static bool IsNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) || text.ToUpperInvariant() is "NAN" or "NA" or "INF" or "-INF";

    private static string Listed(string[] names, Func<string, string> show) =>
        string.Join(", ", names.Take(MostNamed).Select(show)) + (names.Length > MostNamed ? ", …" : "");

    private double Number(ReadOnlySpan<char> field, string column, long line, bool isFirst)
    {
        if (double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value))
            return value;

        string text = field.ToString();
        bool hasDecimalComma = double.TryParse(text.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out _) && text.Contains(',');
        char other = Delimiters.FirstOrDefault(c => c != options.Delimiter[0] && text.Contains(c));
        string hint = other switch
        {
            _ when hasDecimalComma => "; numbers are read with a decimal point, not a comma",
            '\0' when isFirst && !options.Header && !IsNumber(text) && text.Length > 0 => "; if the first line names the columns, set \"header\": true",
            '\0' => "",
            _ => $"; is \"delimiter\": \"{(other == '\t' ? "\\t" : other)}\" meant?",
        };
        throw Invalid(line, $"column '{Shown(column)}': '{Shown(text)}' is not a finite number{hint}");
    }

    private InvalidDataException Invalid(long line, string what) => new($"{options.Path}, line {line}: {what}{(what.EndsWith('?') ? "" : ".")}");
}
