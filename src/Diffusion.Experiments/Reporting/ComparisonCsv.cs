using System.Globalization;
using System.Text;
using Diffusion.Experiments.Comparing;

namespace Diffusion.Experiments.Reporting;

/// <summary>Every comparison of two configurations as a row, ready for a data frame.</summary>
public static class ComparisonCsv
{
    /// <summary>The rows under a line of titles.</summary>
    public static string Format(ConfigurationComparison comparison)
    {
        string[] axes = [.. comparison.Blocks.SelectMany(block => block.Axes.Keys).Distinct()];
        var text = new StringBuilder();
        // An axis may be called as a column is.
        text.AppendJoin(',', [
            "metric", "first", "second", .. axes.Select(axis => Quote($"axis:{axis}")), "n", "first_mean", "second_mean", "difference", "standard_error",
            "low", "high", "p_student", "p", "p_holm", "verdict", "repeats_needed",
        ]).Append('\n');
        foreach (ComparisonBlock block in comparison.Blocks)
        {
            Dictionary<string, double> means = block.Configurations.Where(configuration => configuration.Estimate is not null)
                .ToDictionary(configuration => configuration.Name, configuration => configuration.Estimate!.Value.Mean);
            foreach (PairDifference pair in block.Pairs)
            {
                text.AppendJoin(',', [
                    Quote(comparison.Metric),
                    Quote(pair.First),
                    Quote(pair.Second),
                    .. axes.Select(axis => Quote(block.Axes.GetValueOrDefault(axis, ""))),
                    Number(pair.Repeats),
                    Number(means[pair.First]),
                    Number(means[pair.Second]),
                    Number(pair.Difference),
                    Number(pair.StandardError),
                    Number(pair.Interval?.Low),
                    Number(pair.Interval?.High),
                    Number(pair.StudentPValue),
                    Number(pair.PValue),
                    Number(pair.AdjustedPValue),
                    System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName($"{pair.Verdict}"),
                    Number(pair.RepeatsNeeded),
                ]).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Number(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
