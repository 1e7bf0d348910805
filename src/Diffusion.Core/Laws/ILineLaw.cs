namespace Diffusion.Core.Laws;

/// <summary>A probability law on the line that has a density.</summary>
public interface ILineLaw
{
    /// <summary>
    /// Places in rising order between which the density is smooth. What lies below the first and above the last is negligible: less than about 1e-100.
    /// </summary>
    IReadOnlyList<LawBreak> Breaks { get; }

    /// <summary>log p(x) in nats; −∞ where there is no mass.</summary>
    double LogDensity(double x);

    /// <summary>P(X ≤ x) and P(X &gt; x), each to its own relative precision.</summary>
    (double Below, double Above) Tails(double x);
}
