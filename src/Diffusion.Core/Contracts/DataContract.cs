using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Core.Contracts;

/// <summary>What a data source may give back.</summary>
public static class DataContract
{
    /// <summary>Checks data before anything is made of them.</summary>
    /// <exception cref="InvalidDataException">They are not what the contract says; the message names the source and its DLL.</exception>
    public static DataSet Checked(this DataSet? set, IDataSource source) =>
        Breach(set) is { } breach ? throw new InvalidDataException($"{ComponentIdentity.Describe(source)} {breach}.") : set!;

    /// <summary>Checks rows that a generator drew.</summary>
    /// <param name="rows">What was drawn.</param>
    /// <param name="source">Who drew them.</param>
    /// <param name="count">How many were asked for.</param>
    /// <param name="shape">Shape of one sample, without the batch.</param>
    /// <exception cref="InvalidDataException">They are not what the contract says; the message names the source and its DLL.</exception>
    public static Tensor CheckedDraw(this Tensor? rows, IDataGenerator source, int count, IReadOnlyList<long> shape)
    {
        string? breach = RowsBreach("drawn", rows, shape)
            ?? (rows!.shape[0] == count ? null : FormattableString.Invariant($"drew {rows.shape[0]} rows where {count} are expected"));
        return breach is null ? rows! : throw new InvalidDataException($"{ComponentIdentity.Describe(source)} {breach}.");
    }

    /// <summary>What is wrong with data, to follow their source's name; null where nothing is.</summary>
    public static string? Breach(DataSet? set)
    {
        if (set is null)
            return "returned null where a data set is expected";
        if (set.Description?.Shape is not { } shape)
            return "returned data without the shape of a sample";
        if (shape.Any(size => size < 1))
            return $"returned data whose samples have the shape {Text(shape)}, which holds nothing";
        return RowsBreach("training", set.Train, shape) ?? RowsBreach("reference", set.Reference, shape) ?? DescriptionBreach(set.Description, shape);
    }

    private static string? RowsBreach(string name, Tensor? rows, IReadOnlyList<long> shape)
    {
        if (rows is null)
            return $"returned no {name} rows";
        if (rows.IsInvalid)
            return $"returned {name} rows that are disposed";
        if (rows.dim() == 0 || !rows.shape.Skip(1).SequenceEqual(shape))
            return $"returned {name} rows of shape {Text(rows.shape)} where {Text(["N", .. shape.Select(size => $"{size}")])} is expected";
        if (rows.shape[0] == 0)
            return $"returned no {name} rows";
        if (rows.dtype != ScalarType.Float64)
            return $"returned {name} rows of {rows.dtype.ToString().ToLowerInvariant()} numbers where float64 is expected";
        if (rows.device_type != DeviceType.CPU)
            return $"returned {name} rows on {rows.device_type.ToString().ToLowerInvariant()} where cpu is expected";
        using DisposeScope scope = NewDisposeScope();
        return rows.isfinite().all().ToBoolean() ? null : $"returned {name} rows that are not all finite";
    }

    private static string? DescriptionBreach(DataDescription description, IReadOnlyList<long> shape)
    {
        long dimension = shape.Aggregate(1L, (product, size) => product * size);
        if (description.Columns.Count > 0 && description.Columns.Count != dimension)
            return $"returned {description.Columns.Count} column names for samples of shape {Text(shape)}";
        if (description.Mixture is { } mixture && mixture.Dimension != dimension)
            return $"returned a mixture in {mixture.Dimension} dimensions for samples of shape {Text(shape)}";
        return description.Standardization is not { } unit || (AreGood(unit.Mean, _ => true) && AreGood(unit.Scale, scale => scale > 0))
            ? null
            : $"returned a standardisation that is not {dimension} finite means and as many positive scales";

        bool AreGood(IReadOnlyList<double> values, Func<double, bool> holds) =>
            values.Count == dimension && values.All(value => double.IsFinite(value) && holds(value));
    }

    private static string Text<T>(IEnumerable<T> shape) => $"({string.Join(", ", shape)})";
}
