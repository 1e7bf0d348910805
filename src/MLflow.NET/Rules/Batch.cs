namespace MLflow.Rules;

/// <summary>A part of what a caller logs, small enough for one request.</summary>
internal sealed record Batch(IReadOnlyList<Metric> Metrics, IReadOnlyList<Param> Parameters, IReadOnlyList<RunTag> Tags)
{
    // The names, braces and commas around an entity, and a metric's three numbers at their longest.
    private const int BytesAroundEntity = 32;
    private const int BytesOfNumbers = 96;

    public int Count => Metrics.Count + Parameters.Count + Tags.Count;

    /// <summary>
    /// Splits by <see cref="Limits"/>, in order. Parameters go first: a changed one is refused with its batch, and then no metric
    /// of the call has been written yet.
    /// </summary>
    public static IEnumerable<Batch> Split(IReadOnlyList<Metric> metrics, IReadOnlyList<Param> parameters, IReadOnlyList<RunTag> tags)
    {
        int metric = 0, param = 0, tag = 0;
        while (metric < metrics.Count || param < parameters.Count || tag < tags.Count)
        {
            int room = Limits.EntitiesPerBatch, bytes = Limits.BytesPerBatch;
            int paramCount = Take(parameters, param, Limits.ParamsPerBatch, static entity => Bytes(entity.Key) + Bytes(entity.Value), ref room, ref bytes);
            bool last = param + paramCount == parameters.Count;
            int tagCount = last ? Take(tags, tag, Limits.TagsPerBatch, static entity => Bytes(entity.Key) + Bytes(entity.Value), ref room, ref bytes) : 0;
            last &= tag + tagCount == tags.Count;
            int metricCount = last
                ? Take(metrics, metric, Limits.MetricsPerBatch, static entity => Bytes(entity.Key) + BytesOfNumbers, ref room, ref bytes)
                : 0;
            yield return new Batch(Part(metrics, metric, metricCount), Part(parameters, param, paramCount), Part(tags, tag, tagCount));
            metric += metricCount;
            param += paramCount;
            tag += tagCount;
        }
    }

    /// <summary>Two parts of a batch of several entities, in order, about equal in size.</summary>
    public (Batch First, Batch Second) Halve()
    {
        int half = Count / 2;
        int parameters = Math.Min(half, Parameters.Count);
        int tags = Math.Min(half - parameters, Tags.Count);
        int metrics = half - parameters - tags;
        return (
            new Batch(Part(Metrics, 0, metrics), Part(Parameters, 0, parameters), Part(Tags, 0, tags)),
            new Batch(Part(Metrics, metrics, Metrics.Count - metrics), Part(Parameters, parameters, Parameters.Count - parameters), Part(
                Tags, tags, Tags.Count - tags)));
    }

    /// <summary>How many of the items from <paramref name="start"/> on still fit. The first of a batch always does.</summary>
    private static int Take<T>(IReadOnlyList<T> items, int start, int most, Func<T, int> size, ref int room, ref int bytes)
    {
        int count = 0;
        while (count < most && room > 0 && start + count < items.Count)
        {
            int needed = size(items[start + count]) + BytesAroundEntity;
            if (needed > bytes && room < Limits.EntitiesPerBatch)
                break;
            bytes -= needed;
            room--;
            count++;
        }
        return count;
    }

    /// <summary>The most bytes a text may take in a request.</summary>
    private static int Bytes(string text)
    {
        int bytes = text.Length;
        foreach (char c in text)
            // Written as \uXXXX at worst.
            bytes += c is < ' ' or '"' or '\\' or > '~' ? 5 : 0;
        return bytes;
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
