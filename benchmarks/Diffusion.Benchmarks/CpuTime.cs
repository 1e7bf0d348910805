namespace Diffusion.Benchmarks;

/// <summary>CPU time of the process. On a machine that does other work, ratios of such times repeat where those of the clock do not.</summary>
internal static class CpuTime
{
    /// <summary>CPU seconds that <paramref name="run"/> takes.</summary>
    public static double Seconds(Action run)
    {
        TimeSpan begin = Environment.CpuUsage.TotalTime;
        run();
        return (Environment.CpuUsage.TotalTime - begin).TotalSeconds;
    }

    /// <summary>The value below which a share of the values lies, interpolated between neighbours.</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return sorted[below] + ((place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }
}
