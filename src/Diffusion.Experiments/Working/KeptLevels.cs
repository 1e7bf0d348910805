using System.Globalization;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Working;

/// <summary>Which states of a run are kept, by the places of their levels in the grid; and the times that are asked for and have no state.</summary>
internal sealed record KeptLevels
{
    // A time that is meant to be the start may be off by rounding.
    private const double Rounding = 1e-9;

    /// <summary>Nothing is kept.</summary>
    public static KeptLevels None { get; } = new();

    /// <summary>Places in the grid's levels, from 0, the start, rising.</summary>
    public IReadOnlyList<int> Places { get; private init; } = [];

    /// <summary>Times that are measured, each with the place of the level that is nearest to it.</summary>
    public IReadOnlyList<(ProcessTime Time, int Place)> Measured { get; private init; } = [];

    /// <summary>Times without a state, by their place in the manifest's list, each with the reason as a sentence.</summary>
    public IReadOnlyList<(ProcessTime Time, int Index, string Reason)> Missing { get; private init; } = [];

    /// <summary>What of an experiment's runs is kept.</summary>
    /// <exception cref="ArgumentException">The grid has no levels under the schedule.</exception>
    public static KeptLevels Place(Experiment experiment, ComponentFactory factory)
    {
        if (experiment.Keep is null)
            return None;
        var schedule = factory.Create<NoiseSchedule>(experiment.Schedule);
        IReadOnlyList<NoiseLevel> levels = factory.Create<ITimeGrid>(experiment.Grid).Levels(schedule, experiment.Steps);
        return Place(experiment, schedule, levels, factory.Create<ISolver>(experiment.Solver));
    }

    /// <summary>What of an experiment's runs is kept, its parts at hand.</summary>
    public static KeptLevels Place(Experiment experiment, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels, ISolver solver)
    {
        if (experiment.Keep is not { } keep)
            return None;
        if (solver.Traits.IsAdaptive)
        {
            string reason = $"{experiment.Solver.Descriptor.Title} chooses its own steps for each sample, so that samples have no common state on the way";
            return new() { Missing = [.. keep.Times.Select((time, index) => (time, index, Sentence(time, reason)))] };
        }

        var found = keep.Times.Select((time, index) => (Time: time, Index: index, Place: Nearest(time, schedule, levels, out string? objection), objection))
            .ToArray();
        (ProcessTime Time, int Place)[] measured = [.. found.Where(one => one.objection is null).Select(one => (one.Time, one.Place))];
        int last = levels.Count - 1;
        IEnumerable<int> trajectory = keep.Every is { } every ? Enumerable.Range(0, (last / every) + 1).Select(i => i * every).Append(last) : [];
        return new()
        {
            Places = [.. measured.Select(one => one.Place).Concat(trajectory).Distinct().Order()],
            Measured = measured,
            Missing = [.. found.Where(one => one.objection is not null).Select(one => (one.Time, one.Index, Sentence(one.Time, one.objection!)))],
        };
    }

    private static string Sentence(ProcessTime time, string reason) => $"there is no state at {time}: {reason}";

    private static int Nearest(ProcessTime time, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels, out string? objection)
    {
        if (!time.IsNoise && time.Value > schedule.Horizon * (1 + Rounding))
        {
            objection = string.Create(CultureInfo.InvariantCulture, $"the process ends at t = {schedule.Horizon:g6}");
            return 0;
        }

        double wanted = time.IsNoise ? -Math.Log(time.Value) : schedule.At(Math.Min(time.Value, schedule.Horizon)).HalfLogSnr;
        NoiseLevel start = levels[0];
        objection = wanted < start.HalfLogSnr - Rounding
            ? string.Create(CultureInfo.InvariantCulture, $"the run starts with less noise, at t = {start.T:g6}, sigma/alpha = {start.NoiseToSignal:g6}")
            : null;
        // Of infinite distances, from pure noise or to the data themselves, the ends decide.
        return Enumerable.Range(0, levels.Count).MinBy(place => Distance(levels[place].HalfLogSnr, wanted) is var distance && double.IsFinite(distance)
            ? (distance, place)
            : (double.PositiveInfinity, wanted > 0 ? -place : place));
    }

    private static double Distance(double first, double second) => first.Equals(second) ? 0 : Math.Abs(first - second);
}
