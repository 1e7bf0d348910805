using System.Globalization;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>The noise levels at which the errors of a model are measured, and what their values are called.</summary>
internal static class NoiseScales
{
    // Beyond it data of unit scale no longer show, and a process may go on to pure noise.
    private const double Largest = 1e3;
    private const int FewestDigits = 3;
    private const int MostDigits = 17;

    /// <summary>The levels of the given noise scales σ/α, or some that lie at equal distances of log σ/α between the ends of the schedule.</summary>
    public static NoiseLevel[] Levels(NoiseSchedule schedule, IReadOnlyList<double> noiseScales, int count)
    {
        if (noiseScales.Count > 0)
            return [.. noiseScales.Select(scale => At(schedule, -Math.Log(scale)))];
        (double first, double last) = Range(schedule);
        return [.. Enumerable.Range(0, count).Select(i => At(schedule, first + ((last - first) * i / Math.Max(1, count - 1))))];
    }

    /// <summary>λ = log(α/σ) of the cleanest level and of the noisiest.</summary>
    public static (double Cleanest, double Noisiest) Range(NoiseSchedule schedule) =>
        (schedule.At(schedule.MinimumTime).HalfLogSnr, Math.Max(schedule.At(schedule.Horizon).HalfLogSnr, -Math.Log(Largest)));

    /// <summary>The level of a λ within the schedule, whose inverse may miss its ends by a digit.</summary>
    public static NoiseLevel At(NoiseSchedule schedule, double halfLogSnr) =>
        schedule.At(Math.Clamp(schedule.TimeAt(halfLogSnr), schedule.MinimumTime, schedule.Horizon));

    /// <summary>"NAME-at-0.0413" for every level: its σ/α in three digits, or as many as tell all levels apart.</summary>
    public static string[] Names(string name, IReadOnlyList<NoiseLevel> levels)
    {
        string[] scales = [];
        for (int digits = FewestDigits; digits <= MostDigits; digits++)
        {
            string format = $"g{digits}";
            scales = [.. levels.Select(level => Rounded(level.NoiseToSignal, format).ToString("R", CultureInfo.InvariantCulture))];
            if (scales.Distinct().Count() == scales.Length)
                break;
        }

        return [.. scales.Select(scale => $"{name}-at-{scale}")];
    }

    // As written without an exponent, whose sign trackers do not take in a key: 1000 rather than 1e+03.
    private static double Rounded(double value, string format) =>
        double.Parse(value.ToString(format, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>‖D − D*‖² of every row.</summary>
    public static double[] SquaredErrors(this DenoisedRows rows) => SquaredDistances(rows.Estimate, rows.Exact);

    /// <summary>‖x − y‖² of every row.</summary>
    public static double[] SquaredDistances(Tensor x, Tensor y) =>
        (x - y).reshape(x.shape[0], -1).square().sum(dim: 1).data<double>().ToArray();

    /// <summary>
    /// The values of regions of density: rows in order of their density, in as many parts of equal size, of which the first is the least dense.
    /// </summary>
    public static IEnumerable<double[]> ByDensity(double[] values, DenoisedRows rows, int regions)
    {
        double[] density = rows.LogDensity.data<double>().ToArray();
        double[] ordered = [.. Enumerable.Range(0, values.Length).OrderBy(i => density[i]).ThenBy(i => i).Select(i => values[i])];
        return Enumerable.Range(0, regions).Select(region =>
        {
            int first = (int)((long)values.Length * region / regions), next = (int)((long)values.Length * (region + 1) / regions);
            return ordered[first..next];
        });
    }
}
