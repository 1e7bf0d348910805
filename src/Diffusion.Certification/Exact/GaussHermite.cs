namespace Diffusion.Certification;

/// <summary>Nodes and weights of the expectation over a standard normal number, exact for polynomials up to degree 2n − 1.</summary>
internal static class GaussHermite
{
    private const int NewtonSteps = 100;

    /// <summary>The rule with <paramref name="count"/> nodes, in falling order of the nodes.</summary>
    public static (double Node, double Weight)[] Rule(int count)
    {
        var rule = new (double Node, double Weight)[count];
        double node = 0;
        for (int i = 0; i < (count + 1) / 2; i++)
        {
            // Starting points for the roots of the physicists' polynomials, largest first (Press et al. 2007, "Numerical recipes", section 4.6).
            node = i switch
            {
                0 => Math.Sqrt((2 * count) + 1) - (1.85575 * Math.Pow((2 * count) + 1, -1.0 / 6)),
                1 => node - (1.14 * Math.Pow(count, 0.426) / node),
                2 => (1.86 * node) - (0.86 * Root(0)),
                3 => (1.91 * node) - (0.91 * Root(1)),
                _ => (2 * node) - Root(i - 2),
            };
            double slope = 0;
            for (int step = 0; step < NewtonSteps; step++)
            {
                // Orthonormal recurrence, which neither overflows nor loses digits.
                (double last, double beforeLast) = (Math.Pow(Math.PI, -0.25), 0);
                for (int j = 0; j < count; j++)
                    (last, beforeLast) = ((node * Math.Sqrt(2.0 / (j + 1)) * last) - (Math.Sqrt((double)j / (j + 1)) * beforeLast), last);
                slope = Math.Sqrt(2.0 * count) * beforeLast;
                double change = last / slope;
                node -= change;
                if (Math.Abs(change) < 1e-15)
                    break;
            }

            double weight = 2 / (slope * slope) / Math.Sqrt(Math.PI);
            rule[i] = (Math.Sqrt(2) * node, weight);
            rule[count - 1 - i] = (-Math.Sqrt(2) * node, weight);
        }

        return rule;

        double Root(int i) => rule[i].Node / Math.Sqrt(2);
    }
}
