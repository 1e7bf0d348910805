using Diffusion.Testing;

namespace Diffusion.Tests.Solvers;

/// <summary>Equal steps of a power of σ/α, Karras et al.'s grid on any process: smooth, and unequal in time, σ/α and λ alike.</summary>
internal static class PowerGrid
{
    private const double Rho = 3;

    /// <summary>From the schedule's horizon to its smallest noise.</summary>
    public static IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps)
    {
        double first = Math.Pow(schedule.At(schedule.Horizon).NoiseToSignal, 1 / Rho);
        double last = Math.Pow(schedule.At(schedule.MinimumTime).NoiseToSignal, 1 / Rho);
        return [.. Enumerable.Range(0, steps + 1).Select(i => schedule.AtHalfLogSnr(-Rho * Math.Log(first + ((last - first) * i / steps))))];
    }

    /// <summary>
    /// Three grids for methods of order 4, which on equal steps of time are far from their order until N is in the thousands: the last steps are
    /// then by far the longest in λ.
    /// </summary>
    public static IEnumerable<(string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)> WithLogSnrAndAlternating =>
        [("power", Levels), .. ExactGrids.All.Where(grid => grid.Name != "uniform")];

    /// <summary>Two smooth grids on no process equal in σ/α, for methods whose weights are those of equal steps.</summary>
    public static IEnumerable<(string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)> WithLogSnr =>
        [("power", Levels), .. ExactGrids.All.Where(grid => grid.Name == "log-snr")];
}
