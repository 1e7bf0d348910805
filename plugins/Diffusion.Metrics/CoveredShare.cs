namespace Diffusion.Metrics;

/// <summary>The share of points that lie in any of the balls of another set.</summary>
/// <param name="Value">The share.</param>
/// <param name="VarianceOfPoints">Its variance over the draw of the points, by the jackknife.</param>
/// <param name="VarianceOfCentres">Its variance over the draw of the centres, by the jackknife; null where a ball has too few neighbours for it.</param>
internal readonly record struct CoveredShare(double Value, double VarianceOfPoints, double? VarianceOfCentres)
{
    /// <summary>Looks at all pairs: O(N M D) time for N points and M balls.</summary>
    public static CoveredShare Estimate(PointSet points, NeighbourBalls balls)
    {
        long[] around = BallCounts.Count(points, balls.Centres, balls.SquaredRadii).BallsAroundPoint;
        int covered = around.Count(count => count > 0);
        double share = (double)covered / points.Count;
        return new(share, share * (1 - share) / Math.Max(points.Count - 1, 1), balls.WiderSquaredRadii is { } wider
            ? Jackknife.Variance([.. ChangesWithoutCentres(points, balls, wider, around).Select(change => (double)(covered + change) / points.Count)])
            : null);
    }

    // Without a centre its ball is gone, and the balls of those whose neighbour it was are wider. Only points in one ball or none can change sides.
    private static int[] ChangesWithoutCentres(PointSet points, NeighbourBalls balls, double[] wider, long[] around)
    {
        int[] changes = new int[balls.Centres.Count];
        double[] squares = new double[balls.Centres.Count];
        HashSet<int> reached = [];
        for (int i = 0; i < points.Count; i++)
        {
            if (around[i] > 1)
                continue;
            PairSums.SquaredDistances(points, i, balls.Centres, 0, squares);
            int only = -1;
            reached.Clear();
            for (int centre = 0; centre < squares.Length; centre++)
            {
                if (squares[centre] <= balls.SquaredRadii[centre])
                    only = centre;
                else if (squares[centre] <= wider[centre])
                    reached.UnionWith(balls.NeighboursOf(centre));
            }

            if (only < 0)
            {
                foreach (int centre in reached)
                    changes[centre]++;
            }
            else if (!reached.Contains(only))
            {
                changes[only]--;
            }
        }

        return changes;
    }
}
