using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Judging;

/// <summary>What records say of Kendall's τ between the means of configurations and reference numbers.</summary>
/// <remarks>
/// τ is (concordant − discordant)/pairs, over the pairs whose reference numbers differ. A pair whose order the records do not tell may be either: the
/// interval counts it as discordant at one end and as concordant at the other. All pairs share the level, so that every order that is told is right at once.
/// </remarks>
internal sealed class RankingEvidence : Evidence
{
    private readonly double _least;
    private readonly Knowledge[] _pairs;
    private readonly UnknownNumber? _missing;

    private RankingEvidence(double least, Knowledge[] pairs, UnknownNumber? missing)
    {
        _least = least;
        _pairs = pairs;
        _missing = missing;
    }

    // A pair is concordant where the difference, taken in the order of the reference numbers, is below 0.
    private static readonly Region Below = new(null, 0, IsBelowHigh: true), Above = new(0, null);

    public override string Claimed => $"τ ≥ {ClaimText.Show(_least)}, {_pairs.Length} pairs";

    public override double? Value => _missing is not null || Array.Exists(_pairs, pair => pair.Value is null)
        ? null
        : Tau(_pairs.Count(pair => pair.Value < 0), _pairs.Count(pair => pair.Value > 0));

    public override int Repeats => _pairs.Length == 0 ? 0 : _pairs.Min(pair => pair.Repeats);

    public override bool IsSure => _missing is null ? Array.TrueForAll(_pairs, pair => pair.IsSure) : _missing.IsSure;

    public override bool GainsFromRepeats => Array.Exists(_pairs, pair => pair.GainsFromRepeats);

    public override double PValueOfFailure => _missing is null ? Needed(Tell(Below), told => Tau(told, _pairs.Length - told) >= _least) : 1;

    public override double PValueOfHolding =>
        _missing?.PValueOfInside(default) ?? Needed(Tell(Above), told => Tau(_pairs.Length - told, told) < _least);

    public override double? Distance => Value is { } value ? Math.Abs(value - _least) : null;

    public override Interval? Interval(double level)
    {
        if (_missing is not null)
            return null;
        double each = level / 2 / _pairs.Length;
        int concordant = Tell(Below).Count(p => p <= each), discordant = Tell(Above).Count(p => p <= each);
        return new(Tau(concordant, _pairs.Length - concordant), Tau(_pairs.Length - discordant, discordant));
    }

    public override Remedy? Remedy(double level)
    {
        if (_missing is not null)
            return _missing.Remedy(default, level);
        // Whichever of the open pairs is told first.
        double each = level / _pairs.Length;
        return _pairs.Where(pair => pair.PValueOfOutside(Below) > each / 2 && pair.PValueOfOutside(Above) > each / 2)
            .Select(pair => pair.Remedy(Below, each)).OfType<Remedy>()
            .OrderBy(remedy => remedy.Repeats ?? int.MaxValue)
            .FirstOrDefault();
    }

    public static RankingEvidence FromRecords(ClaimedRanking ranking, RecordedValues values)
    {
        if (MissingValues.Find(ranking.Configurations, values) is { } missing)
            return new(ranking.TauAtLeast, [], missing) { Place = ranking.Place };
        var ordered = ranking.Ranked.OrderBy(one => one.Reference).ToArray();
        Knowledge[] pairs = [.. ordered.Index().SelectMany(first => ordered.Skip(first.Index + 1)
            .Where(second => second.Reference > first.Item.Reference)
            .Select(second => ContrastEvidence.Know(
                new(ranking.Place, [new(1, first.Item.Configuration, ranking.Metric), new(-1, second.Configuration, ranking.Metric)], Below), values)))];
        return new(ranking.TauAtLeast, pairs, null) { Place = ranking.Place };
    }

    private double Tau(int concordant, int discordant) => (double)(concordant - discordant) / _pairs.Length;

    // p-values, the smallest first, of the pairs' not being ordered one way.
    private double[] Tell(Region order) => [.. _pairs.Select(pair => pair.PValueOfOutside(order)).Order()];

    // The level at which so many pairs are told that the rest cannot matter.
    private static double Needed(double[] pValues, Func<int, bool> isEnough)
    {
        for (int told = 0; told <= pValues.Length; told++)
        {
            if (isEnough(told))
                return told == 0 ? 0 : Math.Min(1, pValues[told - 1] * pValues.Length);
        }

        return 1;
    }
}
