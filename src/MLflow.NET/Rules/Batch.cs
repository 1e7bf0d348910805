namespace MLflow.Rules;

/// <summary>A part of what a caller logs, small enough for one request.</summary>
internal readonly record struct Batch(IReadOnlyList<Metric> Metrics, IReadOnlyList<Param> Parameters, IReadOnlyList<RunTag> Tags)
{
    /// <summary>
    /// Splits by <see cref="Limits"/>, in order. Parameters go first: a changed one is refused with its batch, and then no metric
    /// of the call has been written yet.
    /// </summary>
    public static IEnumerable<Batch> Split(IReadOnlyList<Metric> metrics, IReadOnlyList<Param> parameters, IReadOnlyList<RunTag> tags)
    {
        int metric = 0, param = 0, tag = 0;
        while (metric < metrics.Count || param < parameters.Count || tag < tags.Count)
        {
            int paramCount = Math.Min(parameters.Count - param, Limits.ParamsPerBatch);
            int tagCount = Math.Min(tags.Count - tag, Limits.TagsPerBatch);
            bool last = param + paramCount == parameters.Count && tag + tagCount == tags.Count;
            int metricCount = last
                ? Math.Min(metrics.Count - metric, Math.Min(Limits.MetricsPerBatch, Limits.EntitiesPerBatch - paramCount - tagCount))
                : 0;
            yield return new Batch(Part(metrics, metric, metricCount), Part(parameters, param, paramCount), Part(tags, tag, tagCount));
            metric += metricCount;
            param += paramCount;
            tag += tagCount;
        }
    }

    private static IReadOnlyList<T> Part<T>(IReadOnlyList<T> items, int start, int count)
    {
        if (count == items.Count)
            return items;
        var part = new T[count];
        for (int i = 0; i < count; i++)
            part[i] = items[start + i];
        return part;
    }
}
