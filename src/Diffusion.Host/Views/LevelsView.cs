using System.Globalization;

namespace Diffusion.Host.Views;

/// <summary>Noise levels of a schedule as a table, a row a level.</summary>
internal static class LevelsView
{
    public static IReadOnlyList<string[]> Rows(NoiseSchedule schedule, IEnumerable<NoiseLevel> levels) => [.. levels.Select(level => Row(schedule, level))];

    public static void Write(TextWriter output, IReadOnlyList<string[]> rows)
    {
        Table.Write(output, ["t", "α", "σ", "σ/α", "log SNR", "f", "g²"], rows);
        output.WriteLine("x_t = α x_0 + σ ε; SNR = α²/σ²; the process is dx = f x dt + g dW.");
        output.WriteLine();
    }

    private static string[] Row(NoiseSchedule schedule, NoiseLevel level) =>
        [.. new[]
        {
            level.T, level.Alpha, level.Sigma, level.NoiseToSignal, 2 * level.HalfLogSnr, schedule.Drift(level.T), schedule.DiffusionSquared(level.T),
        }.Select(Text)];

    private static string Text(double value) => double.IsNaN(value) ? "undefined" : value.ToString("G6", CultureInfo.InvariantCulture);
}
