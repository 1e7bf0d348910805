using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Judging;

/// <summary>Says of what a claim lacks the values that it speaks of.</summary>
internal static class MissingValues
{
    /// <summary>Why a sum cannot be formed; null where it can.</summary>
    public static Knowledge? Find(ClaimedContrast contrast, RecordedValues values)
    {
        if (Find(contrast.Configurations, values) is { } trouble)
            return trouble;
        foreach (ContrastTerm term in contrast.Terms)
        {
            IReadOnlyList<CellRecord> records = values.Records(term.Configuration);
            int without = records.Count(record => values.Find(record, term.Metric, term.IsExactSampler) is null);
            if (without == 0)
                continue;
            string? reason = records.SelectMany(record => record.Unmeasured).Select(unmeasured => unmeasured.Reason).FirstOrDefault();
            string whose = term.IsExactSampler ? "the exact sampler has" : $"{Count(without, records.Count)} have";
            return new UnknownNumber(null, records.Count - without, new(
                $"values: {whose} no '{term.Metric}'{(reason is null || term.IsExactSampler ? "" : $" ({reason})")}"));
        }

        return null;
    }

    /// <summary>Why configurations have nothing to be compared by; null where their cells are done.</summary>
    public static UnknownNumber? Find(IEnumerable<ClaimedConfiguration> configurations, RecordedValues values)
    {
        CellRecord[] records = [.. configurations.SelectMany(values.Records).DistinctBy(record => record.Id)];
        int planned = configurations.SelectMany(values.Cells).Distinct().Count();
        int diverged = records.Count(record => record.Status == CellStatus.Diverged);
        // Divergence is a result about the solver: there is no value of which anything could be so.
        if (diverged > 0)
            return new(null, 0, new($"{Count(diverged, planned)} diverged, so there is no such value"), isFailed: true);
        if (records.FirstOrDefault(record => record.Status == CellStatus.Failed && record.Metrics.Count == 0) is { } failed)
            return new(null, 0, new($"cells that do not fail: {failed.Error}"));
        if (records.FirstOrDefault(record => record.Status == CellStatus.NotApplicable) is { } inapplicable)
            return new(null, 0, new($"nothing: cells are n/a ({inapplicable.Error})"));
        return records.Length == planned ? null : new(null, 0, new($"the {Count(planned - records.Length, planned)} that have not ended"));
    }

    private static string Count(int some, int all) => some == all ? all == 1 ? "1 cell" : $"{all} cells" : $"{some} of {all} cells";
}
