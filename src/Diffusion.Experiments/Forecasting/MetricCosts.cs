namespace Diffusion.Experiments.Forecasting;

/// <summary>Adds up what cells cost that ask one metric.</summary>
internal static class MetricCosts
{
    /// <summary>
    /// Seconds of all workers together. Every cell asks the metric once for each of its states. What cells share is worked out by the first of them, once in
    /// each process that has one of them.
    /// </summary>
    /// <param name="curves">What asking costs.</param>
    /// <param name="demands">Who asks.</param>
    /// <param name="processes">How many processes cells are spread over.</param>
    public static double Total(MetricCurves curves, IEnumerable<MetricDemand> demands, int processes)
    {
        double total = 0;
        Dictionary<string, (int Cells, double Seconds)> shared = new(StringComparer.Ordinal);
        foreach (MetricDemand demand in demands)
        {
            double size = curves.IsBySteps ? demand.Steps : demand.Samples;
            double first = curves.First.At(size) * demand.States, later = Math.Min(curves.Later.At(size) * demand.States, first);
            total += demand.Cells * later;
            // Whoever comes first takes longer, and asks about exact samples as well, about whose reference all is known by then.
            double once = first - later + (demand.HasFloor ? later : 0);
            foreach ((string key, int cells) in demand.Shared)
                shared[key] = shared.TryGetValue(key, out (int Cells, double Seconds) known)
                    ? (known.Cells + cells, Math.Max(known.Seconds, once))
                    : (cells, once);
        }

        return total + shared.Values.Sum(one => Math.Min(processes, one.Cells) * one.Seconds);
    }
}
