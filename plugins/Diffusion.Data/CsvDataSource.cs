using static TorchSharp.torch;

namespace Diffusion.Data;

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
        (string[] names, double[] values) = new CsvTable(options).Read();
        string digest = RowsDigest.Sha256(values);
        Standardization? standardization = null;
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
        Tensor data = tensor(values, [values.Length / names.Length, names.Length]);
        return new DataSet(description, data, data);
    }

    private Standardization Standardize(double[] values, string[] names)
    {
        if (values.Length == names.Length)
            throw new InvalidDataException(
                $"{options.Path} has one row, and standardising columns takes at least two. Set \"standardize\": false to keep the numbers as they are.");

        ColumnUnit[] units = new ColumnUnit[names.Length];
        for (int j = 0; j < names.Length; j++)
        {
            units[j] = ColumnUnit.Measure(values, j, names.Length);
            if (units[j].Objection is { } objection)
                throw new InvalidDataException(
                    $"{options.Path}: column '{CsvTable.Shown(names[j])}' {objection}; leave it out (\"columns\") or set \"standardize\": false.");
            units[j].Apply(values, j, names.Length);
        }

        return new Standardization([.. units.Select(unit => unit.Mean)], [.. units.Select(unit => unit.Scale)]);
    }
}
