namespace Diffusion.Core.Laws;

/// <summary>The law of F(X) by change of variables: q(y) = Σ p(x)/|F′(x)| over all x with F(x) = y, of which there are several where F folds.</summary>
public sealed class PushedLaw : ILineLaw
{
    // Quadratures keep away from turning points, where the density has no bound.
    private const double SmallestSlope = 1e-13;
    private const double Rounding = 1e-14;
    private readonly ILineLaw _start;
    private readonly SmoothFunction _map;
    private readonly MonotoneBranch[] _branches;

    /// <param name="start">The law of X.</param>
    /// <param name="map">F on the range of X.</param>
    /// <exception cref="ArgumentException">F carries everything to one point.</exception>
    public PushedLaw(ILineLaw start, SmoothFunction map)
    {
        _start = start;
        _map = map;
        double[] turns = [map.Edges[0], .. map.TurningPoints(), map.Edges[^1]];
        _branches = [.. turns.Zip(turns.Skip(1)).Where(pair => pair.Second > pair.First).Select(pair => new MonotoneBranch(map, pair.First, pair.Second))
            .Where(branch => branch.High - branch.Low > Rounding * Math.Max(1, Math.Abs(branch.High)))];
        if (_branches.Length == 0)
            throw new ArgumentException("The sampler carries every start to one point, so that its law has no density.");

        IEnumerable<LawBreak> smooth = _branches.SelectMany(branch => branch.Images).Select(place => new LawBreak(place, false));
        IEnumerable<LawBreak> singular = turns[1..^1].Select(turn => new LawBreak(map.Value(turn), true));
        Breaks = LawBreak.Merge(smooth.Concat(singular));
    }

    /// <inheritdoc/>
    public IReadOnlyList<LawBreak> Breaks { get; }

    /// <summary>P(F′(X) ≤ 0): the mass that is carried backwards, which a flow never does.</summary>
    public double FoldMass => _branches.Where(branch => !branch.IsRising).Sum(branch => Mass(branch.Left, branch.Right));

    /// <inheritdoc/>
    public double LogDensity(double x)
    {
        (double largest, double sum) = (double.NegativeInfinity, 0);
        foreach (MonotoneBranch branch in _branches)
        {
            if (branch.Find(x) is not { } found)
                continue;
            double term = _start.LogDensity(found.Place) - Math.Log(Math.Max(Math.Abs(found.Slope), SmallestSlope));
            (largest, sum) = term > largest ? (term, (sum * Math.Exp(largest - term)) + 1) : (largest, sum + Math.Exp(term - largest));
        }

        return sum == 0 ? double.NegativeInfinity : largest + Math.Log(sum);
    }

    /// <inheritdoc/>
    public (double Below, double Above) Tails(double x)
    {
        (double below, double above) = (0, 0);
        foreach (MonotoneBranch branch in _branches)
        {
            // The tails beyond the range belong to its outermost branches.
            double place = x <= branch.Low ? (branch.IsRising ? branch.Left : branch.Right)
                : x >= branch.High ? (branch.IsRising ? branch.Right : branch.Left)
                : branch.Find(x)!.Value.Place;
            (double left, double right) = (Mass(branch.Left, place), Mass(place, branch.Right));
            below += branch.IsRising ? left : right;
            above += branch.IsRising ? right : left;
        }

        return (below, above);
    }

    private double Mass(double left, double right)
    {
        if (!(right > left))
            return 0;
        (double belowLeft, double aboveLeft) = left <= _map.Edges[0] ? (0, 1) : _start.Tails(left);
        (double belowRight, double aboveRight) = right >= _map.Edges[^1] ? (1, 0) : _start.Tails(right);
        return Math.Max(0, belowRight <= 0.5 ? belowRight - belowLeft : aboveLeft - aboveRight);
    }
}
