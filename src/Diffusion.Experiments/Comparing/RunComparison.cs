using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Comparing;

/// <summary>
/// Two runs side by side. A cell of one is paired with the equal cell of the other, else with the one at its place of the sweep, told by the axes that both
/// have.
/// </summary>
public sealed record RunComparison
{
    /// <summary>How the axes differ; empty where they do not.</summary>
    public required IReadOnlyList<AxisDifference> Axes { get; init; }

    /// <summary>Pairs of equal cells.</summary>
    public required int Equal { get; init; }

    /// <summary>Pairs of cells of other configurations that stand at one place.</summary>
    public required int Placed { get; init; }

    /// <summary>Cells of the first run without a partner.</summary>
    public required IReadOnlyList<string> OnlyInFirst { get; init; }

    /// <summary>Cells of the second run without a partner.</summary>
    public required IReadOnlyList<string> OnlyInSecond { get; init; }

    /// <summary>What differs in the configuration of pairs, the most common first.</summary>
    public required IReadOnlyList<SharedChange> Changes { get; init; }

    /// <summary>Pairs of which both have ended.</summary>
    public required int Compared { get; init; }

    /// <summary>Pairs that ended the same way with the same numbers, to the last bit.</summary>
    public required int Identical { get; init; }

    /// <summary>Pairs that ended another way.</summary>
    public required IReadOnlyList<StatusDifference> Statuses { get; init; }

    /// <summary>Numbers that differ, the largest relative difference first.</summary>
    public required IReadOnlyList<MetricDifference> Metrics { get; init; }

    /// <summary>Compares two runs.</summary>
    /// <exception cref="InvalidDataException">A plan is damaged.</exception>
    public static RunComparison Compare(RunFolder first, RunFolder second) =>
        Compare(PlanFile.Read(first.PlanFile), Records(first), PlanFile.Read(second.PlanFile), Records(second));

    /// <summary>What the numbers of records are called, so that no two quantities have one name.</summary>
    public static MetricLabels Labels(IEnumerable<CellRecord> records) => MetricLabels.ForRecords(records, MetricDifference.Evaluations);

    /// <summary>A cell's numbers: metrics and evaluations a sample.</summary>
    /// <param name="record">The cell's record.</param>
    /// <param name="labels">The names of all numbers that are compared.</param>
    public static IReadOnlyDictionary<string, double> Numbers(CellRecord record, MetricLabels labels)
    {
        Dictionary<string, double> numbers = [];
        foreach (MetricValue value in record.Metrics)
            numbers[labels[value]] = value.Value;
        if (record.Evaluations is { } evaluations)
            numbers[MetricDifference.Evaluations] = evaluations;
        return numbers;
    }

    internal static RunComparison Compare(
        PlanFile first, IReadOnlyDictionary<CellId, CellRecord> firstRecords, PlanFile second, IReadOnlyDictionary<CellId, CellRecord> secondRecords)
    {
        string[] common = [.. first.Axes.Select(axis => axis.Path).Intersect(second.Axes.Select(axis => axis.Path))];
        (CellId First, CellId Second)[] pairs = Pair(first, second, common);
        HashSet<CellId> pairedFirst = [.. pairs.Select(pair => pair.First)], pairedSecond = [.. pairs.Select(pair => pair.Second)];
        (CellRecord First, CellRecord Second)[] ended =
            [.. pairs.Where(pair => firstRecords.ContainsKey(pair.First) && secondRecords.ContainsKey(pair.Second))
                .Select(pair => (firstRecords[pair.First], secondRecords[pair.Second]))];
        MetricLabels labels = Labels(ended.SelectMany(pair => new[] { pair.First, pair.Second }));
        (CellId Id, CellStatus? First, CellStatus? Second)[] statuses =
            [.. pairs.Select(pair => (pair.First, firstRecords.GetValueOrDefault(pair.First)?.Status, secondRecords.GetValueOrDefault(pair.Second)?.Status))
                .Where(pair => pair.Item2 != pair.Item3)];
        return new()
        {
            Axes = [.. AxisDifferences(first.Axes, second.Axes)],
            Equal = pairs.Count(pair => pair.First == pair.Second),
            Placed = pairs.Count(pair => pair.First != pair.Second),
            OnlyInFirst = [.. first.Ids.Where(id => !pairedFirst.Contains(id))],
            OnlyInSecond = [.. second.Ids.Where(id => !pairedSecond.Contains(id))],
            Changes = ChangesOf(first, second, pairs),
            Compared = ended.Length,
            Identical = ended.Count(pair => IsIdentical(pair.First, pair.Second, labels)),
            Statuses = [.. statuses.GroupBy(pair => (pair.First, pair.Second))
                .Select(group => new StatusDifference(group.Key.First, group.Key.Second, group.Count(), group.First().Id))
                .OrderByDescending(group => group.Cells)],
            Metrics = MetricsOf(common, ended, labels),
        };
    }

    /// <summary>The records of a run that are sound, and where they belong: id → record.</summary>
    internal static IReadOnlyDictionary<CellId, CellRecord> Records(RunFolder folder) => folder.RecordedCells().AsParallel()
        .Select(id => RecordJson.Find<CellRecord>(folder.CellFile(id)) is { } record && record.Id == id ? record : null).OfType<CellRecord>()
        .ToDictionary(record => record.Id);

    private static (CellId First, CellId Second)[] Pair(PlanFile first, PlanFile second, string[] common)
    {
        HashSet<CellId> own = [.. first.Ids], others = [.. second.Ids];
        // Where an axis that only one run has makes a place ambiguous, nothing says which of its cells is meant.
        Dictionary<string, CellId> places = second.Ids.Where(id => !own.Contains(id)).GroupBy(id => Place(second, id)).Where(place => place.Count() == 1)
            .ToDictionary(place => place.Key, place => place.Single());
        HashSet<string> ambiguous = [.. first.Ids.Where(id => !others.Contains(id)).CountBy(id => Place(first, id)).Where(place => place.Value > 1)
            .Select(place => place.Key)];
        return [.. first.Ids
            .Select(id => (First: id, Second: others.Contains(id) ? id
                : Place(first, id) is var place && !ambiguous.Contains(place) ? places.GetValueOrDefault(place)
                : null))
            .Where(pair => pair.Second is not null).Select(pair => (pair.First, pair.Second!))];

        string Place(PlanFile plan, CellId id) => PlaceOf(plan.AxisValues(id), common, plan.RepeatOf(id));
    }

    private static string PlaceOf(IReadOnlyDictionary<string, string> axes, string[] common, RepeatNumber repeat) =>
        PlanFile.Place(common.ToDictionary(axis => axis, axis => axes[axis]), repeat);

    private static IEnumerable<AxisDifference> AxisDifferences(IReadOnlyList<SweepAxis> first, IReadOnlyList<SweepAxis> second)
    {
        foreach (string path in first.Concat(second).Select(axis => axis.Path).Distinct())
        {
            IReadOnlyList<string>? own = first.FirstOrDefault(axis => axis.Path == path)?.Labels,
                others = second.FirstOrDefault(axis => axis.Path == path)?.Labels;
            AxisDifference difference = new(path, own is null ? null : [.. own.Except(others ?? [])], others is null ? null : [.. others.Except(own ?? [])]);
            if (difference is not { OnlyInFirst: { Count: 0 }, OnlyInSecond: { Count: 0 } })
                yield return difference;
        }
    }

    private static IReadOnlyList<SharedChange> ChangesOf(PlanFile first, PlanFile second, (CellId First, CellId Second)[] pairs)
    {
        // Repeats differ alike.
        Dictionary<(string, string), IReadOnlyList<CompositionChange>> known = [];
        Dictionary<CompositionChange, int> counts = [];
        foreach ((CellId own, CellId other) in pairs.Where(pair => pair.First != pair.Second))
        {
            var key = (first.CompositionKey(own), second.CompositionKey(other));
            if (!known.TryGetValue(key, out IReadOnlyList<CompositionChange>? changes))
                known[key] = changes = CompositionChange.Between(first.Composition(own)!, second.Composition(other)!);
            foreach (CompositionChange change in changes)
                counts[change] = counts.GetValueOrDefault(change) + 1;
        }

        return [.. counts.OrderByDescending(change => change.Value).Select(change => new SharedChange(change.Key, change.Value))];
    }

    private static bool IsIdentical(CellRecord first, CellRecord second, MetricLabels labels) => first.Status == second.Status && first.Error == second.Error
        && Numbers(first, labels) is var own && Numbers(second, labels) is var others && own.Count == others.Count
        && own.All(number => others.TryGetValue(number.Key, out double other) && number.Value.Equals(other));

    private static IReadOnlyList<MetricDifference> MetricsOf(string[] common, (CellRecord First, CellRecord Second)[] ended, MetricLabels labels) =>
    [
        .. ended
            .GroupBy(pair => PlaceOf(pair.First.Axes, common, default))
            .SelectMany(place => MetricDifference.FindAll(
                common.ToDictionary(axis => axis, axis => place.First().First.Axes[axis]),
                [.. place.Select(pair => (pair.First.TrainingRepeat, Numbers(pair.First, labels), Numbers(pair.Second, labels)))]))
            // What is no number came out most differently.
            .OrderByDescending(difference => double.IsNaN(difference.Relative) ? double.PositiveInfinity : Math.Abs(difference.Relative)),
    ];
}
