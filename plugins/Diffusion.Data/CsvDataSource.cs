using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.VisualBasic.FileIO;

using static TorchSharp.torch;

namespace Diffusion.Data;

/// <summary>Options of <see cref="CsvDataSource"/>.</summary>
public sealed record CsvOptions : ComponentOptions
{
    /// <summary>The file.</summary>
    [FilePath]
    [Description("The file, UTF-8, one row a line; blank lines are skipped and fields may be quoted.")]
    public required string Path { get; init; }

    /// <summary>Columns to take.</summary>
    [Description("Columns to take, by name, in this order; empty takes all.")]
    public string[] Columns { get; init; } = [];

    /// <summary>Whether the first line names the columns.</summary>
    [Description("Whether the first line names the columns; without it they are called x1, x2, and so on.")]
    public bool Header { get; init; } = true;

    /// <summary>What stands between fields.</summary>
    [MinLength(1)]
    [Description("What stands between two fields.")]
    public string Delimiter { get; init; } = ",";

    /// <summary>Whether to bring every column to mean 0 and variance 1.</summary>
    [Description("Whether to bring every column to mean 0 and variance 1 (over the rows read; what was taken out is kept and put back into samples).")]
    public bool Standardize { get; init; } = true;
}

/// <summary>Rows of numbers from a delimited text file: one point a line, shape (N, D).</summary>
/// <remarks>
/// All rows serve both for training and as the reference. Standardised columns are (x − mean)/scale with the population's standard
/// deviation (division by N), so that the rows' variance is 1 exactly. The digest is that of the numbers in their own units: line ends,
/// quotes and the way a number is written do not change it.
/// </remarks>
[Component(ComponentKind.Data, "csv", "Rows of numbers from a delimited text file.")]
public sealed class CsvDataSource(CsvOptions options) : IDataSource
{
    /// <inheritdoc/>
    public DataSet Load()
    {
        (string[] names, List<double[]> rows) = Read();
        double[] values = [.. rows.SelectMany(row => row)];
        Standardization? standardization = null;
        string digest = RowsDigest.Of(values);
        if (options.Standardize)
            standardization = Standardize(values, names);

        var description = new DataDescription
        {
            Name = Path.GetFileNameWithoutExtension(options.Path),
            Shape = [names.Length],
            Columns = names,
            Source = Path.GetFileName(options.Path),
            Digest = digest,
            Standardization = standardization,
        };
        Tensor data = tensor(values, [rows.Count, names.Length]);
        return new DataSet(description, data, data);
    }

    private (string[] Names, List<double[]> Rows) Read()
    {
        string[]? header = null;
        int[] selection = [];
        List<double[]> rows = [];
        foreach ((long line, string[] fields) in Lines())
        {
            if (header is null)
            {
                header = options.Header ? fields : [.. fields.Select((_, i) => $"x{i + 1}")];
                selection = Select(header, line);
                if (options.Header)
                    continue;
            }

            if (fields.Length != header.Length)
                throw Invalid(line, $"{fields.Length} fields where {header.Length} are expected");
            rows.Add([.. selection.Select(i => Number(fields[i], header[i], line))]);
        }

        if (header is null || rows.Count == 0)
            throw new InvalidDataException($"{options.Path} holds no rows.");
        return ([.. selection.Select(i => header[i])], rows);
    }

    /// <summary>The fields of every line that is not blank, with its number from 1.</summary>
    private IEnumerable<(long Line, string[] Fields)> Lines()
    {
        long line = 0;
        foreach (string text in File.ReadLines(options.Path))
        {
            line++;
            if (!string.IsNullOrWhiteSpace(text))
                yield return (line, Fields(text, line));
        }
    }

    // A parser for each line, because one for the whole file does not tell which line a row came from once it has skipped a blank one.
    private string[] Fields(string text, long line)
    {
        using var parser = new TextFieldParser(new StringReader(text)) { TextFieldType = FieldType.Delimited, TrimWhiteSpace = true };
        parser.SetDelimiters(options.Delimiter);
        try
        {
            return parser.ReadFields()!;
        }
        catch (MalformedLineException)
        {
            throw Invalid(line, "a quoted field is not closed properly");
        }
    }

    private int[] Select(string[] header, long line)
    {
        if (header.Distinct(StringComparer.Ordinal).Count() != header.Length)
            throw Invalid(line, "two columns have the same name");
        if (options.Columns.Length == 0)
            return [.. Enumerable.Range(0, header.Length)];

        return [.. options.Columns.Select(name => Array.IndexOf(header, name) is >= 0 and var index
            ? index
            : throw Invalid(line, $"there is no column '{name}'; the columns are {string.Join(", ", header)}"))];
    }

    private double Number(string field, string column, long line) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw Invalid(line, $"column '{column}': '{field}' is not a finite number");

    private Standardization Standardize(double[] values, string[] names)
    {
        int columns = names.Length;
        int rows = values.Length / columns;
        double[] means = new double[columns];
        double[] scales = new double[columns];
        for (int j = 0; j < columns; j++)
        {
            for (int i = 0; i < rows; i++)
                means[j] += values[(i * columns) + j] / rows;
            for (int i = 0; i < rows; i++)
                scales[j] += Square(values[(i * columns) + j] - means[j]) / rows;

            scales[j] = Math.Sqrt(scales[j]);
            if (scales[j] == 0)
                throw new InvalidDataException($"{options.Path}: column '{names[j]}' is constant and cannot be standardised; leave it out or set standardize to false.");
            for (int i = 0; i < rows; i++)
                values[(i * columns) + j] = (values[(i * columns) + j] - means[j]) / scales[j];
        }

        return new Standardization(means, scales);
    }

    private InvalidDataException Invalid(long line, string what) => new($"{options.Path}, line {line}: {what}.");

    private static double Square(double x) => x * x;
}
