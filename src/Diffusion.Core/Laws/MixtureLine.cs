using MathNet.Numerics;

namespace Diffusion.Core.Laws;

/// <summary>A mixture of Gaussians on the line: Σ_k w_k N(μ_k, s_k²).</summary>
public sealed class MixtureLine : ILineLaw
{
    // In standard deviations. So far out go maps that narrow their start, as a sampler of one step does, and yet are to reach all of the target.
    private const double Reach = 200;
    private const double FineReach = 8;
    private const double FineStep = 0.25;
    private const double CoarseRatio = 1.25;
    private readonly double[] _weights;
    private readonly double[] _means;
    private readonly double[] _deviations;

    /// <param name="mixture">A mixture in one dimension.</param>
    /// <exception cref="ArgumentException">It has more dimensions.</exception>
    public MixtureLine(GaussianMixture mixture)
    {
        if (mixture.Dimension != 1)
            throw new ArgumentException($"A law on the line has one dimension, and this mixture has {mixture.Dimension}.", nameof(mixture));

        _weights = [.. mixture.Components.Select(component => component.Weight)];
        _means = [.. mixture.Components.Select(component => component.Mean[0])];
        _deviations = [.. mixture.Components.Select(component => Math.Sqrt(component.Covariance[0, 0]))];
        Breaks = [.. Places().Order().Distinct().Select(place => new LawBreak(place, false))];
        Mean = Expectation((_, mean, _) => mean);
        Variance = CentralMoment(2);
    }

    /// <inheritdoc/>
    public IReadOnlyList<LawBreak> Breaks { get; }

    /// <summary>How many components it has.</summary>
    public int Components => _weights.Length;

    /// <summary>Its mean.</summary>
    public double Mean { get; }

    /// <summary>Its variance.</summary>
    public double Variance { get; }

    /// <summary>N(mean, deviation²).</summary>
    public static MixtureLine Normal(double mean, double deviation) => new(new GaussianMixture([GaussianComponent.Isotropic(1, [mean], deviation)]));

    /// <summary>w_k, μ_k and s_k² of a component.</summary>
    public (double Weight, double Mean, double Variance) Component(int k) => (_weights[k], _means[k], _deviations[k] * _deviations[k]);

    /// <summary>E (X − E X)^order for orders 2 to 4.</summary>
    public double CentralMoment(int order)
    {
        double centre = Expectation((_, mean, _) => mean);
        return Expectation((_, mean, deviation) =>
        {
            (double d, double v) = (mean - centre, deviation * deviation);
            return order switch
            {
                2 => (d * d) + v,
                3 => (d * d * d) + (3 * d * v),
                4 => (d * d * d * d) + (6 * d * d * v) + (3 * v * v),
                _ => throw new ArgumentOutOfRangeException(nameof(order)),
            };
        });
    }

    /// <inheritdoc/>
    public double LogDensity(double x)
    {
        double largest = double.NegativeInfinity;
        Span<double> terms = stackalloc double[_weights.Length];
        for (int k = 0; k < terms.Length; k++)
        {
            terms[k] = LogTerm(k, x);
            largest = Math.Max(largest, terms[k]);
        }

        double sum = 0;
        foreach (double term in terms)
            sum += Math.Exp(term - largest);
        return largest + Math.Log(sum);
    }

    /// <inheritdoc/>
    public (double Below, double Above) Tails(double x)
    {
        (double below, double above) = (0, 0);
        for (int k = 0; k < _weights.Length; k++)
        {
            double z = (x - _means[k]) / (_deviations[k] * Constants.Sqrt2);
            below += 0.5 * _weights[k] * SpecialFunctions.Erfc(-z);
            above += 0.5 * _weights[k] * SpecialFunctions.Erfc(z);
        }

        return (below, above);
    }

    /// <summary>P(component k | x) for every component.</summary>
    /// <param name="x">Where.</param>
    /// <param name="posterior">Takes the probabilities, one a component.</param>
    public void Responsibilities(double x, Span<double> posterior)
    {
        double logDensity = LogDensity(x);
        for (int k = 0; k < _weights.Length; k++)
            posterior[k] = Math.Exp(LogTerm(k, x) - logDensity);
    }

    /// <summary>The x with these masses below and above it, found from the smaller of the two.</summary>
    /// <param name="below">P(X ≤ x).</param>
    /// <param name="above">P(X &gt; x).</param>
    public double Quantile(double below, double above)
    {
        bool isLower = below < above;
        double wanted = isLower ? below : above;
        (double low, double high) = (Breaks[0].Place, Breaks[^1].Place);
        if (!(wanted > 0))
            return isLower ? low : high;

        // Newton's method on the logarithm of the tail, which is concave, within a bracket.
        double logWanted = Math.Log(wanted);
        double x = Math.Clamp(Mean, low, high);
        for (int i = 0; i < 200; i++)
        {
            (double lower, double upper) = Tails(x);
            double tail = isLower ? lower : upper;
            double excess = Math.Log(tail) - logWanted;
            bool isRight = isLower ? excess > 0 : excess < 0;
            (low, high) = isRight ? (low, x) : (x, high);
            double slope = Math.Exp(LogDensity(x) - Math.Log(tail)) * (isLower ? 1 : -1);
            double next = x - (excess / slope);
            if (!(next > low && next < high))
                next = low + ((high - low) / 2);
            if (Math.Abs(next - x) <= 4e-16 * Math.Max(Math.Abs(x), 1e-3 * Math.Sqrt(Variance)) || next == low || next == high)
                return next;
            x = next;
        }

        return x;
    }

    private IEnumerable<double> Places()
    {
        for (int k = 0; k < _means.Length; k++)
        {
            for (double z = 0; z <= Reach; z = z < FineReach ? z + FineStep : z * CoarseRatio)
            {
                yield return _means[k] - (z * _deviations[k]);
                yield return _means[k] + (z * _deviations[k]);
            }
        }
    }

    private double LogTerm(int k, double x)
    {
        double z = (x - _means[k]) / _deviations[k];
        return Math.Log(_weights[k] / _deviations[k]) - (0.5 * z * z) - (0.5 * Math.Log(2 * Math.PI));
    }

    private double Expectation(Func<double, double, double, double> term)
    {
        double sum = 0;
        for (int k = 0; k < _weights.Length; k++)
            sum += _weights[k] * term(_weights[k], _means[k], _deviations[k]);
        return sum;
    }
}
