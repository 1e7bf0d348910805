using MathNet.Numerics.RootFinding;

namespace Diffusion.Experiments.Statistics;

/// <summary>Where the difference of two curves changes its sign.</summary>
/// <param name="At">Where its mean does.</param>
/// <param name="Interval">Where the true difference may do so: all places around at which the interval of the difference holds 0.</param>
/// <param name="IsPositiveBefore">Whether the difference is positive before.</param>
public sealed record Crossing(double At, Interval Interval, bool IsPositiveBefore)
{
    private const int PlacesBetweenNodes = 32;

    private const int MostPlaces = 2048;

    private const int Bisections = 40;

    private const double RootAccuracy = 1e-10;

    /// <summary>The root of a function that lies nearest to a place; null where there is none.</summary>
    /// <param name="function">The function; NaN where it is not known.</param>
    /// <param name="place">The place.</param>
    /// <param name="nodes">The places between which the function is smooth, rising.</param>
    public static double? NearestRoot(Func<double, double> function, double place, IReadOnlyList<double> nodes)
    {
        double[] looks = [.. nodes.Zip(nodes.Skip(1)).SelectMany(pair => Enumerable.Range(0, PlacesBetweenNodes)
            .Select(i => pair.First + ((pair.Second - pair.First) * i / PlacesBetweenNodes))), nodes[^1]];
        double[] values = [.. looks.Select(function)];
        double? nearest = null;
        for (int i = 1; i < looks.Length; i++)
        {
            if (!(values[i - 1] * values[i] <= 0))
                continue;
            double root = Brent.TryFindRoot(function, looks[i - 1], looks[i], RootAccuracy, Bisections, out double found) ? found : looks[i];
            if (nearest is not { } other || Math.Abs(root - place) < Math.Abs(other - place))
                nearest = root;
        }

        return nearest;
    }

    /// <summary>
    /// The crossings that are sure: the difference is not 0 at <paramref name="sureConfidence"/> at some node on both sides, with opposite signs. Between nodes
    /// every repeat's difference is interpolated.
    /// </summary>
    /// <param name="nodes">Places, rising.</param>
    /// <param name="differences">For each node, the difference in each repeat.</param>
    /// <param name="sureConfidence">The confidence of the differences on both sides.</param>
    /// <param name="confidence">The confidence of the interval of the place.</param>
    public static IReadOnlyList<Crossing> Find(
        IReadOnlyList<double> nodes, IReadOnlyList<IReadOnlyList<double>> differences, double sureConfidence, double confidence = MeanInference.UsualConfidence)
    {
        double[] means = [.. differences.Select(values => values.Average())];
        double[] roots = [.. Roots()];
        List<Crossing> found = [];
        for (int first = 0; first < roots.Length;)
        {
            double? low = End(roots[first], -1), high = End(roots[first], 1);
            int next = first + 1;
            while (next < roots.Length && (high is null || roots[next] <= high))
                next++;
            // An even number of roots within one interval: the curves touch, and do not cross.
            if (low is { } before && high is { } after && (next - first) % 2 == 1
                && Sign(Enumerable.Range(0, nodes.Count).Where(i => nodes[i] <= before).Reverse()) is var sign and not 0
                && Sign(Enumerable.Range(0, nodes.Count).Where(i => nodes[i] >= after)) == -sign)
            {
                found.Add(new(roots[first + ((next - first) / 2)], new(before, after), sign > 0));
            }

            first = next;
        }

        return found;

        // A mean of 0 at a node is a root there, where the signs around differ.
        IEnumerable<double> Roots()
        {
            int[] signed = [.. Enumerable.Range(0, nodes.Count).Where(i => means[i] != 0)];
            foreach ((int left, int right) in signed.Zip(signed.Skip(1)))
            {
                if (Math.Sign(means[left]) != Math.Sign(means[right]))
                    yield return right == left + 1
                        ? nodes[left] + ((nodes[right] - nodes[left]) * means[left] / (means[left] - means[right]))
                        : (nodes[left + 1] + nodes[right - 1]) / 2;
            }
        }

        // The sign of the difference at the first place where it is sure; 0 where it is nowhere.
        int Sign(IEnumerable<int> places) => places
            .Select(i => MeanInference.FromValues(differences[i]).Interval(sureConfidence)).OfType<Interval>()
            .Where(interval => !interval.Contains(0)).Select(interval => Math.Sign(interval.Low)).FirstOrDefault();

        double? End(double root, int direction)
        {
            double step = Math.Max(nodes.Zip(nodes.Skip(1), (a, b) => b - a).Min() / PlacesBetweenNodes, (nodes[^1] - nodes[0]) / MostPlaces) * direction;
            double inside = root, edge = direction < 0 ? nodes[0] : nodes[^1];
            while (inside != edge)
            {
                double next = (edge - (inside + step)) * direction > 0 ? inside + step : edge;
                if (!MayBeZero(next))
                    return Bisect(inside, next);
                inside = next;
            }

            return null;
        }

        double Bisect(double inside, double outside)
        {
            for (int i = 0; i < Bisections; i++)
            {
                double middle = (inside + outside) / 2;
                if (MayBeZero(middle))
                    inside = middle;
                else
                    outside = middle;
            }

            return outside;
        }

        bool MayBeZero(double place)
        {
            int right = 1;
            while (right < nodes.Count - 1 && nodes[right] < place)
                right++;
            double weight = (place - nodes[right - 1]) / (nodes[right] - nodes[right - 1]);
            double[] values = [.. differences[right - 1].Zip(differences[right], (a, b) => a + (weight * (b - a)))];
            return MeanInference.FromValues(values).Interval(confidence) is not { } interval || interval.Contains(0);
        }
    }
}
