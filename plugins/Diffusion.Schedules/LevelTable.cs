using System.Globalization;
using System.Text;
using nietras.SeparatedValues;

namespace Diffusion.Schedules;

/// <summary>The levels of a process as a text file states them, with what is wrong with it said by line and column.</summary>
/// <param name="HasAlpha">Whether the table states α and σ, rather than λ of a variance-preserving process.</param>
/// <param name="Rows">Its rows with noise: times rise, λ falls.</param>
internal sealed record LevelTable(bool HasAlpha, IReadOnlyList<LevelRow> Rows)
{
    private const int MostRows = 1_000_000;
    private const int MostShown = 60;

    private static readonly string[][] Headers = [["t", "alpha", "sigma"], ["t", "log-snr"], ["t", "half-log-snr"]];

    private static readonly char[] OtherDelimiters = [';', '\t', '|'];

    /// <summary>Reads the whole file.</summary>
    /// <exception cref="InvalidDataException">The file is no such table; the message names file and line.</exception>
    public static LevelTable Read(string path)
    {
        List<LevelRow> rows = [];
        string[]? header = null;
        // Where the last row ended; the reader's own number for the start of the first row is off by one.
        int next = 1, line = 1;
        using StreamReader text = new(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        try
        {
            using SepReader reader = new Sep(',')
                .Reader(o => o with { HasHeader = false, DisableColCountCheck = true, Unescape = true, Trim = SepTrim.All, DisableFastFloat = true })
                .From(text);
            foreach (SepReader.Row row in reader)
            {
                (line, next) = (next, row.LineNumberToExcl);
                if (row.Span.IsWhiteSpace() && row.ColCount == 1)
                    continue;
                // Asked before any field, which is taken out of its quotes in place.
                if (row.Span.Count('"') % 2 == 1)
                    throw Invalid("a quoted field is not closed properly");

                if (header is null)
                {
                    header = Header(row.Span.ToString(), [.. row[..].ToStringsArray()]);
                    continue;
                }

                if (row.ColCount != header.Length)
                    throw Invalid($"{row.ColCount} fields where {header.Length} are expected");
                if (rows.Count == MostRows)
                    throw Invalid($"more than {MostRows} rows, the most that a table of levels may have");
                double[] values = new double[header.Length];
                for (int i = 0; i < values.Length; i++)
                    values[i] = Number(row[i].Span, header[i]);
                if (Level(values, header) is { } level)
                    rows.Add(level);
            }
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException($"{path}, line {next} or later: the bytes are not UTF-8 text.");
        }
        catch (NotSupportedException)
        {
            // The reader's own bound on a line.
            throw new InvalidDataException(
                $"{path}, line {next}: longer than 16 million characters, the most that can be read. A quoted field that is not closed makes such lines, too.");
        }

        return rows.Count < 2 ? throw new InvalidDataException($"{path} holds fewer than two rows with noise.") : new(header!.Length == 3, rows);

        string[] Header(string content, string[] names)
        {
            if (Headers.FirstOrDefault(known => known.SequenceEqual(names, StringComparer.OrdinalIgnoreCase)) is { } found)
                return found;
            string hint = Array.Find(OtherDelimiters, content.Contains) is var other and not '\0'
                ? $"; fields are separated by commas here, not by '{(other == '\t' ? "\\t" : other)}'"
                : "";
            throw Invalid(
                $"the columns are '{Shown(content.Trim())}', not {string.Join(" or ", Headers.Select(known => $"'{string.Join(',', known)}'"))}{hint}");
        }

        double Number(ReadOnlySpan<char> field, string column) =>
            double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
                ? value
                : throw Invalid($"column '{column}': '{Shown(field.ToString())}' is not a finite number");

        // Null for clean data at t = 0, which every process has.
        LevelRow? Level(double[] values, string[] columns)
        {
            double time = values[0];
            bool hasAlpha = columns.Length == 3;
            if (time < 0)
                throw Invalid("times are not negative");
            if (!hasAlpha && time == 0)
                throw Invalid("a variance-preserving process is clean at t = 0, where this has no logarithm; start the table later");
            if (hasAlpha && time == 0 && values[1] != 1)
                throw Invalid("alpha is 1 at t = 0");
            if (hasAlpha && time == 0 && values[2] == 0)
                return null;
            if (hasAlpha && !(values[1] > 0 && values[2] > 0))
                throw Invalid("alpha and sigma are positive after t = 0: the interpolated log(alpha/sigma) is finite");

            double halfLogSnr = hasAlpha ? Math.Log(values[1] / values[2]) : columns[1] == "log-snr" ? 0.5 * values[1] : values[1];
            if (!double.IsFinite(halfLogSnr))
                throw Invalid("alpha/sigma is out of the range of numbers");
            if (rows.Count > 0 && time <= rows[^1].Time)
                throw Invalid("the time does not rise");
            if (rows.Count > 0 && halfLogSnr >= rows[^1].HalfLogSnr)
                throw Invalid("the signal-to-noise ratio does not fall");
            return new(time, halfLogSnr, hasAlpha ? Math.Log(values[1]) : 0);
        }

        InvalidDataException Invalid(string what) => new($"{path}, line {line}: {what}.");
    }

    // Fit for a message: short, and without control characters that a terminal would obey.
    private static string Shown(string text) =>
        string.Concat(text.Take(MostShown).Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : $"{c}")) + (text.Length > MostShown ? "…" : "");
}
