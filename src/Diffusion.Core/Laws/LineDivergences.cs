namespace Diffusion.Core.Laws;

/// <summary>How far a law on the line is from a mixture, by quadrature. Every number comes with the error of its quadrature.</summary>
public sealed record LineDivergences
{
    // The mass of the target that a law may leave out before log(p/q) counts as infinite.
    private const double LeastMass = 1e-12;
    private const int Fixed = 10;
    private const int OfMode = 3;

    // W₂ is a square root: what stands under it is asked for to more digits.
    private const double SquareScale = 1e4;

    /// <summary>KL(law ‖ target) = ∫ q log(q/p), in nats.</summary>
    public required LawValue Kl { get; init; }

    /// <summary>KL(target ‖ law), in nats; null where it is infinite, since the law leaves out a part of the target.</summary>
    public LawValue? ReverseKl { get; init; }

    /// <summary>Total variation ½ ∫ |q − p|.</summary>
    public required LawValue TotalVariation { get; init; }

    /// <summary>W₁ = ∫ |P(X ≤ y) − P(Y ≤ y)| dy.</summary>
    public required LawValue W1 { get; init; }

    /// <summary>W₂, by the coupling of equal quantiles.</summary>
    public required LawValue W2 { get; init; }

    /// <summary>The mean.</summary>
    public required LawValue Mean { get; init; }

    /// <summary>The variance.</summary>
    public required LawValue Variance { get; init; }

    /// <summary>Third central moment over the 3/2 power of the variance.</summary>
    public required LawValue Skewness { get; init; }

    /// <summary>Fourth central moment over the square of the variance: 3 of a Gaussian.</summary>
    public required LawValue Kurtosis { get; init; }

    /// <summary>What of the law belongs to each component of the target.</summary>
    public required IReadOnlyList<LawMode> Modes { get; init; }

    /// <summary>Compares.</summary>
    /// <param name="law">The law, q.</param>
    /// <param name="target">The target, p.</param>
    /// <param name="tolerance">Error of every integral at which the quadrature stops.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static LineDivergences Between(ILineLaw law, MixtureLine target, double tolerance = 1e-10, CancellationToken cancellationToken = default)
    {
        double centre = target.Mean;
        (double low, double high) = (law.Breaks[0].Place, law.Breaks[^1].Place);
        bool isCovered = target.Tails(low).Below < LeastMass && target.Tails(high).Above < LeastMass;
        LawBreak[] breaks = LawBreak.Merge(law.Breaks.Concat(target.Breaks));
        (double[] sums, double[] errors) = LawQuadrature.Integrate(Integrand, Fixed + (OfMode * target.Components), breaks, tolerance, cancellationToken);

        double mass = sums[9];
        double massError = Math.Abs(mass - 1);
        double shift = sums[5];
        double variance = sums[6] - (shift * shift);
        double third = sums[7] - (3 * shift * sums[6]) + (2 * shift * shift * shift);
        double fourth = sums[8] - (4 * shift * sums[7]) + (6 * shift * shift * sums[6]) - (3 * shift * shift * shift * shift);
        (double w2, double squareError) = (Math.Sqrt(Math.Max(0, sums[4]) / SquareScale), errors[4] / SquareScale);
        double targetVariance = target.Variance;
        return new()
        {
            Kl = new(sums[0], errors[0] + massError),
            ReverseKl = isCovered && double.IsFinite(sums[1]) ? new(sums[1], errors[1] + massError) : null,
            TotalVariation = new(sums[2], errors[2] + massError),
            W1 = new(sums[3], errors[3]),
            W2 = new(w2, w2 > 0 ? Math.Min(Math.Sqrt(squareError), squareError / (2 * w2)) : Math.Sqrt(squareError)),
            Mean = new(centre + shift, errors[5]) { Target = centre },
            Variance = new(variance, errors[6] + (2 * Math.Abs(shift) * errors[5])) { Target = targetVariance },
            Skewness =
                new(third / Math.Pow(variance, 1.5), errors[7] / Math.Pow(variance, 1.5)) { Target = target.CentralMoment(3) / Math.Pow(targetVariance, 1.5) },
            Kurtosis =
                new(fourth / (variance * variance), errors[8] / (variance * variance)) { Target = target.CentralMoment(4) / (targetVariance * targetVariance) },
            Modes = [.. Enumerable.Range(0, target.Components).Select(Mode)],
        };

        void Integrand(double y, Span<double> values)
        {
            (double logLaw, double logTarget) = (law.LogDensity(y), target.LogDensity(y));
            (double q, double p) = (Math.Exp(logLaw), Math.Exp(logTarget));
            (double below, double above) = law.Tails(y);
            (double targetBelow, double targetAbove) = target.Tails(y);
            double d = y - centre;
            values[0] = q > 0 ? q * (logLaw - logTarget) : 0;
            values[1] = p > 0 && isCovered && double.IsFinite(logLaw) ? p * (logTarget - logLaw) : 0;
            values[2] = 0.5 * Math.Abs(q - p);
            values[3] = Math.Abs(below < above ? below - targetBelow : targetAbove - above);
            values[9] = q;
            if (q == 0)
                return;

            double distance = y - target.Quantile(below, above);
            values[4] = SquareScale * q * distance * distance;
            values[5] = q * d;
            values[6] = q * d * d;
            values[7] = q * d * d * d;
            values[8] = q * d * d * d * d;
            Span<double> posterior = stackalloc double[target.Components];
            target.Responsibilities(y, posterior);
            for (int k = 0; k < posterior.Length; k++)
            {
                double own = y - target.Component(k).Mean;
                int place = Fixed + (OfMode * k);
                values[place] = q * posterior[k];
                values[place + 1] = q * posterior[k] * own;
                values[place + 2] = q * posterior[k] * own * own;
            }
        }

        LawMode Mode(int k)
        {
            int place = Fixed + (OfMode * k);
            (double weight, _, double ofComponent) = target.Component(k);
            double mean = sums[place + 1] / sums[place];
            return new(
                new(sums[place], errors[place]) { Target = weight },
                new((sums[place + 2] / sums[place]) - (mean * mean), (errors[place + 2] + (2 * Math.Abs(mean) * errors[place + 1])) / sums[place])
                {
                    Target = ofComponent,
                });
        }
    }
}
