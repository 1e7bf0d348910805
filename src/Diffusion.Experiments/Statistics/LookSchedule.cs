namespace Diffusion.Experiments.Statistics;

/// <summary>
/// When claims are judged whose number of repeats is not fixed beforehand, and how much of the error each judgement may use.
/// </summary>
/// <remarks>
/// Looks at 8 repeats and at half as many again each time. Of the error, the first n of N repeats have used n/N (Lan &amp; DeMets 1983, with the spending
/// function αt), and the parts of the looks add up: by Bonferroni's inequality the chance that any look is wrong is at most the whole, whatever the
/// repeats of one look have in common with those of the next.
/// </remarks>
public sealed record LookSchedule
{
    /// <summary>Repeats at the first look.</summary>
    public const int First = 8;

    // A look that comes shortly before the last one would use error and tell little.
    private const double ShortestGrowth = 1.25;
    private const double Growth = 1.5;

    /// <param name="most">Repeats at the last look.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than <see cref="First"/>.</exception>
    public LookSchedule(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, First);
        List<int> repeats = [];
        for (int next = First; next * ShortestGrowth <= most; next = (int)Math.Ceiling(next * Growth))
            repeats.Add(next);
        Repeats = [.. repeats, most];
    }

    /// <summary>Repeats at each look, rising.</summary>
    public IReadOnlyList<int> Repeats { get; }

    /// <summary>Repeats at the last look.</summary>
    public int Most => Repeats[^1];

    /// <summary>The share of the error that a look may use, in (0, 1]; those of all looks sum to 1.</summary>
    /// <param name="look">Which look, from 0.</param>
    public double Share(int look) => (double)(Repeats[look] - (look == 0 ? 0 : Repeats[look - 1])) / Most;
}
