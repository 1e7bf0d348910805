namespace Diffusion.Certification;

/// <summary>Grids for tests that must not depend on a grid plugin. All run from the schedule's horizon to its smallest noise.</summary>
public static class ExactGrids
{
    /// <summary>Equal steps of time.</summary>
    public static IReadOnlyList<NoiseLevel> Uniform(NoiseSchedule schedule, int steps) =>
        [.. Enumerable.Range(0, steps + 1).Select(i => schedule.At(Mix(schedule.Horizon, schedule.MinimumTime, i / (double)steps)))];

    /// <summary>Equal steps of λ.</summary>
    public static IReadOnlyList<NoiseLevel> LogSnr(NoiseSchedule schedule, int steps) => InHalfLogSnr(schedule, steps, i => i / (double)steps);

    /// <summary>
    /// Steps of λ of which every second is twice as long. The ratio of neighbours does not tend to 1 as the grid is refined, so a multistep
    /// method that ignores it loses its order here, and only here. (One that inverts it does not: the errors of neighbouring steps then
    /// cancel on any grid. Only a reference trajectory shows that.)
    /// </summary>
    public static IReadOnlyList<NoiseLevel> Alternating(NoiseSchedule schedule, int steps)
    {
        double total = Length(steps);
        return InHalfLogSnr(schedule, steps, i => Length(i) / total);

        static double Length(int i) => i + (i / 2);
    }

    /// <summary>
    /// Equal steps of the cube root of σ/α, as Karras et al.'s grid on any process: smooth, and unequal in time, σ/α and λ alike.
    /// </summary>
    public static IReadOnlyList<NoiseLevel> Power(NoiseSchedule schedule, int steps)
    {
        double first = Math.Cbrt(schedule.At(schedule.Horizon).NoiseToSignal);
        double last = Math.Cbrt(schedule.At(schedule.MinimumTime).NoiseToSignal);
        return [.. Enumerable.Range(0, steps + 1).Select(i => schedule.AtHalfLogSnr(-3 * Math.Log(Mix(first, last, i / (double)steps))))];
    }

    /// <summary>Those on which a method's order holds, with a name.</summary>
    public static IReadOnlyList<(string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)> All { get; } =
        [("uniform", Uniform), ("log-snr", LogSnr), ("alternating", Alternating)];

    /// <summary>Those for methods that take their steps for equal (<see cref="SolverTraits.AssumesEqualSteps"/>): smooth, on no process equal in σ/α.</summary>
    public static IReadOnlyList<(string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)> Smooth { get; } =
        [("log-snr", LogSnr), ("power", Power)];

    /// <summary>The levels with clean data appended: one step more, to σ = 0.</summary>
    public static IReadOnlyList<NoiseLevel> ToClean(IReadOnlyList<NoiseLevel> levels) => [.. levels, NoiseLevel.Clean];

    private static NoiseLevel[] InHalfLogSnr(NoiseSchedule schedule, int steps, Func<int, double> fraction)
    {
        double first = schedule.At(schedule.Horizon).HalfLogSnr;
        double last = schedule.At(schedule.MinimumTime).HalfLogSnr;
        return [.. Enumerable.Range(0, steps + 1).Select(i => schedule.AtHalfLogSnr(Mix(first, last, fraction(i))))];
    }

    private static double Mix(double a, double b, double u) => ((1 - u) * a) + (u * b);
}
