using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Data;

/// <summary>Options of <see cref="CsvDataSource"/>.</summary>
public sealed record CsvOptions : ComponentOptions
{
    /// <summary>The file.</summary>
    [FilePath("CSV file")]
    [Description("The file, UTF-8, one row per line; blank lines are skipped and fields may be quoted.")]
    public required string Path { get; init; }

    /// <summary>Columns to take.</summary>
    [Description("Columns to take, by name, in this order; empty takes all.")]
    public string[] Columns { get; init; } = [];

    /// <summary>Whether the first line names the columns.</summary>
    [Description("Whether the first line names the columns; without it they are called x1, x2, and so on.")]
    public bool Header { get; init; } = true;

    /// <summary>What stands between fields.</summary>
    [RegularExpression(@"[\t !$%&'*/:;<=>?@\\^_`|~,]", ErrorMessage = "must be one character between two fields, such as \",\", \";\" or \"\\t\" (a tab)")]
    [Description("The character between two fields.")]
    public string Delimiter { get; init; } = ",";

    /// <summary>Whether to bring every column to mean 0 and variance 1.</summary>
    [Description("Whether to bring every column to mean 0 and variance 1 (over the rows read); samples are scaled back.")]
    public bool Standardize { get; init; } = true;
}
