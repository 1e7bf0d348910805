using MathNet.Numerics.Integration;

namespace Diffusion.Core.Laws;

/// <summary>A law known by the logarithm of its density on an interval, outside which there is nothing.</summary>
public sealed class PiecewiseLaw : ILineLaw
{
    private static readonly GaussLegendreRule Rule = new(0, 1, 20);
    private readonly SmoothFunction _logDensity;
    private readonly double[] _below;
    private readonly double[] _above;

    /// <param name="logDensity">log p in nats.</param>
    public PiecewiseLaw(SmoothFunction logDensity)
    {
        _logDensity = logDensity;
        IReadOnlyList<double> edges = logDensity.Edges;
        double[] masses = [.. edges.Zip(edges.Skip(1)).Select(pair => Integral(pair.First, pair.Second))];
        _below = new double[edges.Count];
        _above = new double[edges.Count];
        for (int i = 0; i < masses.Length; i++)
        {
            _below[i + 1] = _below[i] + masses[i];
            _above[^(i + 2)] = _above[^(i + 1)] + masses[^(i + 1)];
        }

        Breaks = [.. edges.Select(edge => new LawBreak(edge, false))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<LawBreak> Breaks { get; }

    /// <summary>∫ p, which is 1 but for the error of the density.</summary>
    public double Mass => _below[^1];

    /// <inheritdoc/>
    public double LogDensity(double x) => x >= Breaks[0].Place && x <= Breaks[^1].Place ? _logDensity.Value(x) : double.NegativeInfinity;

    /// <inheritdoc/>
    public (double Below, double Above) Tails(double x)
    {
        if (x <= Breaks[0].Place)
            return (0, _above[0]);
        if (x >= Breaks[^1].Place)
            return (_below[^1], 0);

        int panel = _logDensity.Panel(x);
        return (_below[panel] + Integral(Breaks[panel].Place, x), _above[panel + 1] + Integral(x, Breaks[panel + 1].Place));
    }

    private double Integral(double from, double to)
    {
        double sum = 0;
        for (int i = 0; i < Rule.Order; i++)
            sum += Rule.GetWeight(i) * Math.Exp(_logDensity.Value(from + ((to - from) * Rule.GetAbscissa(i))));
        return sum * (to - from);
    }
}
