using Diffusion.Experiments.Components;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Comparing;

/// <summary>
/// Two configurations in one block, over the repeats that both have; over networks, each the mean of its repeats, where several were trained.
/// </summary>
public sealed record PairDifference
{
    // Float32 arithmetic in another order moves the sixth digit.
    private const double SameDigits = 1e-5;

    /// <summary>The first.</summary>
    public required string First { get; init; }

    /// <summary>The second.</summary>
    public required string Second { get; init; }

    /// <summary>How many repeats, or trained networks, have a value of both.</summary>
    public required int Repeats { get; init; }

    /// <summary>The first minus the second, the mean over these repeats; null without one.</summary>
    public double? Difference { get; init; }

    /// <summary>Its standard error; null where the differences do not vary.</summary>
    public double? StandardError { get; init; }

    /// <summary>The 95 % interval of the difference, for itself; null where there is none.</summary>
    public Interval? Interval { get; init; }

    /// <summary>The p-value of Student's paired test.</summary>
    public double? StudentPValue { get; init; }

    /// <summary>The p-value of the test whose interval is <see cref="Interval"/>.</summary>
    public double? PValue { get; init; }

    /// <summary><see cref="PValue"/> after Holm's correction for all comparisons.</summary>
    public double? AdjustedPValue { get; init; }

    /// <summary>What it comes to.</summary>
    public required PairVerdict Verdict { get; init; }

    /// <summary>How many repeats would decide with a chance of 80 %, should the difference be as large as seen; null where nobody can say.</summary>
    public int? RepeatsNeeded => PlanningLevel is { } level && RepeatPlanning.Needed(Effect, level) is { } needed ? Math.Max(needed, Repeats + 1) : null;

    /// <summary>The difference in its standard deviations.</summary>
    internal double Effect { get; init; }

    // The level at which this pair would be decided whatever the others are. Planning takes longer than deciding, and few numbers of it are ever looked at.
    private double? PlanningLevel { get; init; }

    /// <summary>Two configurations as they are before any correction.</summary>
    /// <param name="first">The name of the first.</param>
    /// <param name="second">The name of the second.</param>
    /// <param name="firstValues">Values of the first by repeat.</param>
    /// <param name="secondValues">Values of the second by repeat.</param>
    /// <param name="unit">What counts as one repetition.</param>
    public static PairDifference Between(
        string first, string second, IReadOnlyDictionary<RepeatNumber, double> firstValues, IReadOnlyDictionary<RepeatNumber, double> secondValues,
        RepeatUnit unit)
    {
        RepeatNumber[] repeats = [.. firstValues.Keys.Where(secondValues.ContainsKey).OrderBy(repeat => repeat.Draw)];
        if (repeats.Length == 0)
            return new() { First = first, Second = second, Repeats = 0, Verdict = PairVerdict.NoCommonRepeats };
        double magnitude = repeats.Max(repeat => Math.Max(Math.Abs(firstValues[repeat]), Math.Abs(secondValues[repeat])));
        double[] differences = [.. repeats.Select(repeat => firstValues[repeat] - secondValues[repeat])];
        MeanInference mean = MeanInference.FromValues(unit.Values(repeats.Zip(differences, (repeat, difference) => (repeat.Training, difference))), magnitude);
        bool isSame = Array.TrueForAll(differences, difference => Math.Abs(difference) <= SameDigits * magnitude);
        return new()
        {
            First = first,
            Second = second,
            Repeats = mean.Moments.Count,
            Difference = mean.Moments.Mean,
            StandardError = mean.Moments.Varies ? mean.Moments.StandardError : null,
            Interval = isSame ? null : mean.Interval(),
            StudentPValue = isSame ? null : mean.StudentPValue,
            PValue = isSame ? null : mean.PValue,
            Effect = mean.Moments.Varies ? mean.Moments.Mean / mean.Moments.StandardDeviation : 0,
            Verdict = isSame ? PairVerdict.Same
                : mean.Moments.Count < MeanInference.FewestValues ? PairVerdict.TooFewRepeats
                : mean.Moments.Varies ? PairVerdict.NotDistinguishable : PairVerdict.DoesNotVary,
        };
    }

    /// <summary>All comparisons of a family, corrected together and decided.</summary>
    /// <param name="family">The comparisons.</param>
    /// <param name="goal">What good values are like.</param>
    /// <param name="level">The chance that any of the decisions is wrong.</param>
    public static IReadOnlyList<PairDifference> Decide(IReadOnlyList<PairDifference> family, MetricGoal goal, double level)
    {
        int[] tested = [.. Enumerable.Range(0, family.Count).Where(i => family[i].PValue is not null)];
        double[] adjusted = HolmCorrection.Adjust([.. tested.Select(i => family[i].PValue!.Value)]);
        PairDifference[] decided = [.. family];
        foreach ((int index, double p) in tested.Zip(adjusted))
        {
            PairDifference pair = family[index];
            bool isFirstBetter = goal.Direction == MetricDirection.Larger ? pair.Difference > 0 : pair.Difference < 0;
            decided[index] = p <= level
                ? pair with { AdjustedPValue = p, Verdict = isFirstBetter ? PairVerdict.Better : PairVerdict.Worse }
                : pair with { AdjustedPValue = p, PlanningLevel = level / tested.Length };
        }

        return decided;
    }

    /// <summary>The same two, decided as another comparison of what they are made of.</summary>
    internal PairDifference DecidedAs(PairDifference other) =>
        this with { AdjustedPValue = other.AdjustedPValue, Verdict = other.Verdict, PlanningLevel = other.PlanningLevel };

    /// <summary>The same two the other way round.</summary>
    public PairDifference Reversed() => this with
    {
        First = Second,
        Second = First,
        Difference = -Difference,
        Interval = Interval is { } interval ? new(-interval.High, -interval.Low) : null,
        Effect = -Effect,
        Verdict = Verdict switch { PairVerdict.Better => PairVerdict.Worse, PairVerdict.Worse => PairVerdict.Better, var other => other },
    };
}
