using MathNet.Numerics.Integration;

namespace Diffusion.Core.Laws;

/// <summary>The law of m(X) + s Z with Z ~ N(0, 1): p′(y) = ∫ p(x) N(y; m(x), s²) dx, by quadrature.</summary>
public static class NoisyStep
{
    // Terms beyond are below e^-300 of the largest wherever the density that they add up to matters.
    private const double Window = 32;
    private const double LeastLogDensity = -150;
    private const int FewNodes = 400;

    /// <summary>Carries a law through a step.</summary>
    /// <param name="law">The law of X.</param>
    /// <param name="mean">m.</param>
    /// <param name="scale">s, positive.</param>
    /// <param name="resolution">How fine.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentException">s is so small against the range of m that the law cannot be resolved.</exception>
    public static PiecewiseLaw Apply(ILineLaw law, Func<double[], double[]> mean, double scale, LawResolution resolution, CancellationToken cancellationToken)
    {
        double[] edges = [.. law.Breaks.Select(point => point.Place)];
        var learnt = SmoothFunction.Learn(
            mean, edges, resolution,
            (left, right, atLeft, atRight) => Math.Abs(atRight - atLeft) > resolution.KernelWidth * scale && IsHeavy(law, left, right));
        (double[] centres, double[] logWeights) = Nodes(law, learnt);
        cancellationToken.ThrowIfCancellationRequested();

        double reach = Math.Sqrt(-2 * LeastLogDensity) * scale;
        double[] ends = [centres[0] - reach, centres[^1] + reach];
        double[] first = [.. Enumerable.Range(0, 65).Select(i => ends[0] + ((ends[1] - ends[0]) * i / 64))];
        return new PiecewiseLaw(SmoothFunction.Learn(
            points =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                double[] logDensities = new double[points.Length];
                Parallel.For(0, points.Length, i => logDensities[i] = LogSum(points[i], centres, logWeights, scale));
                return logDensities;
            },
            first,
            resolution));
    }

    // Panels without mass need not resolve the noise.
    private static bool IsHeavy(ILineLaw law, double left, double right) =>
        Math.Max(law.LogDensity(left), law.LogDensity(right)) > LeastLogDensity;

    private static (double[] Centres, double[] LogWeights) Nodes(ILineLaw law, SmoothFunction mean)
    {
        GaussLegendreRule rule = new(0, 1, 12);
        List<(double Centre, double LogWeight)> nodes = [];
        for (int panel = 1; panel < mean.Edges.Count; panel++)
        {
            (double left, double width) = (mean.Edges[panel - 1], mean.Edges[panel] - mean.Edges[panel - 1]);
            for (int i = 0; i < rule.Order; i++)
            {
                double x = left + (width * rule.GetAbscissa(i));
                double logWeight = law.LogDensity(x) + Math.Log(width * rule.GetWeight(i));
                if (logWeight > LeastLogDensity)
                    nodes.Add((mean.Value(x), logWeight));
            }
        }

        nodes.Sort((a, b) => a.Centre.CompareTo(b.Centre));
        return ([.. nodes.Select(node => node.Centre)], [.. nodes.Select(node => node.LogWeight)]);
    }

    private static double LogSum(double y, double[] centres, double[] logWeights, double scale)
    {
        int first = 0, last = centres.Length;
        if (centres.Length > FewNodes)
        {
            first = Place(centres, y - (Window * scale));
            last = Place(centres, y + (Window * scale));
            // Far out, where the window is empty, the nearest nodes decide.
            if (last - first < FewNodes)
                (first, last) = (Math.Max(0, Math.Min(first, centres.Length - FewNodes)), Math.Min(centres.Length, Math.Max(last, FewNodes)));
        }

        double largest = double.NegativeInfinity;
        for (int i = first; i < last; i++)
        {
            double z = (y - centres[i]) / scale;
            largest = Math.Max(largest, logWeights[i] - (0.5 * z * z));
        }

        double sum = 0;
        for (int i = first; i < last; i++)
        {
            double z = (y - centres[i]) / scale;
            double exponent = logWeights[i] - (0.5 * z * z) - largest;
            if (exponent > -40)
                sum += Math.Exp(exponent);
        }

        return largest + Math.Log(sum) - Math.Log(scale) - (0.5 * Math.Log(2 * Math.PI));
    }

    private static int Place(double[] sorted, double value)
    {
        int found = Array.BinarySearch(sorted, value);
        return found >= 0 ? found : ~found;
    }
}
