namespace Diffusion.Metrics;

/// <summary>A ball around each of M points that reaches to its k-th nearest neighbour in the set: an estimate of the set's support.</summary>
internal sealed class NeighbourBalls
{
    private readonly NearestNeighbours _nearest;

    /// <param name="centres">More than k points.</param>
    /// <param name="neighbours">k.</param>
    public NeighbourBalls(PointSet centres, int neighbours)
    {
        Centres = centres;
        Neighbours = neighbours;
        // One more where there is one: what a ball becomes when one of its neighbours is left out.
        int found = Math.Min(neighbours + 1, centres.Count - 1);
        _nearest = NearestNeighbours.Within(centres, found);
        SquaredRadii = _nearest.Squares(neighbours - 1);
        WiderSquaredRadii = found > neighbours ? _nearest.Squares(neighbours) : null;
    }

    /// <summary>The M points.</summary>
    public PointSet Centres { get; }

    /// <summary>k.</summary>
    public int Neighbours { get; }

    /// <summary>Squared radii of the balls.</summary>
    public double[] SquaredRadii { get; }

    /// <summary>Squared radii without one of the k neighbours; null where there is no further point.</summary>
    public double[]? WiderSquaredRadii { get; }

    /// <summary>The k nearest neighbours of a point: leaving out one of these widens its ball.</summary>
    public IEnumerable<int> NeighboursOf(int centre) => Enumerable.Range(0, Neighbours).Select(rank => _nearest.Place(centre, rank));

    /// <summary>
    /// For each point that may be left out: what changes in the balls of those whose neighbour it is, summed over them.
    /// </summary>
    /// <param name="change">What changes when a ball becomes the wider one, for each ball.</param>
    public double[] ChangesWithout(IReadOnlyList<double> change)
    {
        double[] changes = new double[Centres.Count];
        for (int centre = 0; centre < changes.Length; centre++)
        {
            foreach (int neighbour in NeighboursOf(centre))
                changes[neighbour] += change[centre];
        }

        return changes;
    }
}
