namespace Diffusion.Numerics;

/// <summary>
/// Weights of multistep methods, computed from their nodes: integrals of the polynomials ℓ_j that are 1 at node j and 0 at the others.
/// </summary>
/// <remarks>
/// With nodes at past times τ_j, ∫ f ≈ Σ_j w_j f(τ_j) is the Adams-Bashforth quadrature on arbitrary steps; with the end among the nodes it is
/// Adams-Moulton's; with an exponential weight both are their exponential forms (Hochbruck &amp; Ostermann 2010, "Exponential integrators",
/// section 2.7). Lengths are measured in steps from where the integral begins, so that tiny steps cost no digits.
/// </remarks>
public static class LagrangeIntegrals
{
    // Twice as many as an analytic integrand needs on a panel of unit length.
    private const int GaussPoints = 20;

    private static readonly (double[] Points, double[] Weights) GaussRule = GaussLegendre(GaussPoints);

    /// <summary>∫ ℓ_j(τ) dτ between two places, one weight for each node.</summary>
    /// <param name="nodes">The nodes, all different.</param>
    /// <param name="from">Where the integral begins.</param>
    /// <param name="to">Where it ends, on either side.</param>
    public static double[] Polynomial(ReadOnlySpan<double> nodes, double from, double to) => Exponential(nodes, from, to, 0);

    /// <summary>∫ e^(rate (to − τ)) ℓ_j(τ) dτ between two places, one weight for each node.</summary>
    /// <param name="nodes">The nodes, all different.</param>
    /// <param name="from">Where the integral begins.</param>
    /// <param name="to">Where it ends, on either side.</param>
    /// <param name="rate">Growth of the weight per unit of length, backwards from the end; 0 for none.</param>
    public static double[] Exponential(ReadOnlySpan<double> nodes, double from, double to, double rate)
    {
        double length = to - from;
        double[] weights = new double[nodes.Length];
        if (length == 0)
            return weights;

        // ∫_0^1 e^(z (1−θ)) θ^k dθ = k! φ_{k+1}(z)
        double[] moments = new double[nodes.Length];
        double factorial = 1;
        for (int k = 0; k < moments.Length; k++)
        {
            factorial *= Math.Max(k, 1);
            moments[k] = factorial * PhiFunctions.Phi(k + 1, rate * length);
        }

        for (int j = 0; j < weights.Length; j++)
        {
            double[] coefficients = BasisCoefficients(nodes, j, from, length);
            for (int k = 0; k < coefficients.Length; k++)
                weights[j] += coefficients[k] * moments[k];
            weights[j] *= length;
        }

        return weights;
    }

    /// <summary>
    /// ∫ weight(τ) ℓ_j(coordinate(τ)) dτ between two places, one weight for each node, by Gauss-Legendre quadrature: for polynomials in another
    /// variable than that of the integral.
    /// </summary>
    /// <param name="nodes">The nodes, all different, as values of <paramref name="coordinate"/>.</param>
    /// <param name="from">Where the integral begins.</param>
    /// <param name="to">Where it ends, on either side.</param>
    /// <param name="coordinate">The variable of the polynomials, smooth on the scale of 1.</param>
    /// <param name="weight">The weight, smooth on the scale of 1.</param>
    public static double[] Mapped(
        ReadOnlySpan<double> nodes, double from, double to, Func<double, double> coordinate, Func<double, double> weight)
    {
        double[] weights = new double[nodes.Length];
        int panels = Math.Max(1, (int)Math.Ceiling(Math.Abs(to - from)));
        double half = 0.5 * (to - from) / panels;
        for (int panel = 0; panel < panels; panel++)
        {
            double middle = from + (((2 * panel) + 1) * half);
            for (int i = 0; i < GaussPoints; i++)
            {
                double place = middle + (half * GaussRule.Points[i]);
                double share = half * GaussRule.Weights[i] * weight(place);
                double value = coordinate(place);
                for (int j = 0; j < weights.Length; j++)
                    weights[j] += share * Basis(nodes, j, value);
            }
        }

        return weights;
    }

    /// <summary>ℓ_j as a polynomial in θ = (τ − from)/length, lowest power first, as many coefficients as nodes.</summary>
    /// <param name="nodes">The nodes, all different.</param>
    /// <param name="j">Which of them the polynomial is 1 at.</param>
    /// <param name="from">Where θ is 0.</param>
    /// <param name="length">The unit of θ, not 0.</param>
    public static double[] BasisCoefficients(ReadOnlySpan<double> nodes, int j, double from, double length)
    {
        double[] coefficients = new double[nodes.Length];
        coefficients[0] = 1;
        int degree = 0;
        for (int m = 0; m < nodes.Length; m++)
        {
            if (m == j)
                continue;

            double root = (nodes[m] - from) / length;
            double scale = (nodes[j] - nodes[m]) / length;
            degree++;
            for (int k = degree; k >= 0; k--)
                coefficients[k] = ((k > 0 ? coefficients[k - 1] : 0) - (root * (k < degree ? coefficients[k] : 0))) / scale;
        }

        return coefficients;
    }

    private static double Basis(ReadOnlySpan<double> nodes, int j, double place)
    {
        double value = 1;
        for (int m = 0; m < nodes.Length; m++)
        {
            if (m != j)
                value *= (place - nodes[m]) / (nodes[j] - nodes[m]);
        }

        return value;
    }

    // Newton's method on the Legendre polynomial, from the classical asymptotic roots.
    private static (double[] Points, double[] Weights) GaussLegendre(int count)
    {
        (double[] points, double[] weights) = (new double[count], new double[count]);
        for (int i = 0; i < count; i++)
        {
            double x = Math.Cos(Math.PI * (i + 0.75) / (count + 0.5));
            double slope = 0;
            for (int iteration = 0; iteration < 8; iteration++)
            {
                (double previous, double current) = (1, x);
                for (int k = 2; k <= count; k++)
                    (previous, current) = (current, ((((2 * k) - 1) * x * current) - ((k - 1) * previous)) / k);
                slope = count * ((x * current) - previous) / ((x * x) - 1);
                x -= current / slope;
            }

            points[i] = x;
            weights[i] = 2 / ((1 - (x * x)) * slope * slope);
        }

        return (points, weights);
    }
}
