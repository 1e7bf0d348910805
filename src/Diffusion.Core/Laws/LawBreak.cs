namespace Diffusion.Core.Laws;

/// <summary>A place between two smooth parts of a density.</summary>
/// <param name="Place">Where it is.</param>
/// <param name="IsSingular">Whether the density has no bound there, as 1/√|x| at 0: the image of a turning point of a map.</param>
public readonly record struct LawBreak(double Place, bool IsSingular)
{
    private const double Rounding = 1e-13;

    /// <summary>Breaks in rising order, those that only rounding tells apart as one, at the singular one of them.</summary>
    internal static LawBreak[] Merge(IEnumerable<LawBreak> breaks)
    {
        List<LawBreak> merged = [];
        foreach (LawBreak point in breaks.OrderBy(point => point.Place))
        {
            if (merged.Count > 0 && point.Place - merged[^1].Place <= Rounding * Math.Max(1, Math.Abs(point.Place)))
                merged[^1] = merged[^1].IsSingular || !point.IsSingular ? merged[^1] : point;
            else
                merged.Add(point);
        }

        return [.. merged];
    }
}
