namespace Diffusion.Certification;

/// <summary>
/// How far the law of a sampler's output is from the exact one on a mixture, without Monte Carlo. (On a single Gaussian some methods converge faster
/// than they do elsewhere.)
/// </summary>
/// <remarks>
/// The expectations u_i(x) = E[φ(x_N) | x_i = x] of test functions φ are carried back from u_N = φ through the steps of the method: u_i(x) is the mean
/// of u_(i+1) over the step's noise, by the Gauss-Hermite rule, and u_(i+1) is interpolated from a grid. A multistep method's state includes
/// past states; x_(i−1) is written as a_i x_i + b_i ζ, the forward transition, in whose coordinate ζ everything is smooth, so that a few Chebyshev
/// nodes serve. At the first level the expectation is taken over the exact law. The test functions are x, x², sin x and cos 2x.
/// </remarks>
public static class MixtureLaw
{
    private const int Functions = 4;
    private const double Reach = 7;
    private const int Stencil = 8;
    private const double PastReach = 4.5;
    private const int ManySteps = 256;

    // Π_(m ≠ j) (j − m) for eight equidistant points.
    private static readonly double[] LagrangeDenominators = [-5040, 720, -240, 144, -144, 240, -720, 5040];

    /// <summary>Whether the law can be propagated for this method: one past state at most, and that can be rebuilt.</summary>
    public static bool Serves(ISolver solver) => SolverProbe.CanProbe(solver) && solver.Traits.HistoryLength <= 1;

    /// <summary>Root of the sum of squared errors of E[x], E[x²], E[sin x] and E[cos 2x] at the last level, which must have noise.</summary>
    /// <exception cref="ArgumentException">The law of this method cannot be propagated.</exception>
    public static double Error(ISolver solver, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels)
    {
        if (!Serves(solver))
            throw new ArgumentException("The method looks back further than one state, or its history cannot be rebuilt from states.", nameof(solver));

        GaussianMixture mixture = ExactProblems.Line.Mixture;
        double[] found = Propagate(new SolverProbe(solver, schedule, levels, new LineDenoiser(mixture)), mixture);
        double[] exact = Exact(mixture, levels[^1]);
        return Math.Sqrt(found.Zip(exact, (a, b) => (a - b) * (a - b)).Sum());
    }

    private static double[] Propagate(SolverProbe probe, GaussianMixture mixture)
    {
        Table table = new(probe, probe.Steps);
        table.Fill((states, values) =>
        {
            for (int row = 0; row < states[0].Length; row++)
            {
                double x = states[0][row];
                (values[0][row], values[1][row], values[2][row], values[3][row]) = (x, x * x, Math.Sin(x), Math.Cos(2 * x));
            }
        });
        for (int i = probe.Steps - 1; i >= 0; i--)
        {
            NoiseRequests requests = probe.RequestsOf(i);
            (double[] Nodes, double Weight)[] rule = Product(requests.Count, probe);
            Table next = table;
            int step = i;
            table = new(probe, i);
            table.Fill((states, values) =>
            {
                int points = states[0].Length;
                double[][] repeated = [.. states.Select(column => Repeat(column, rule.Length))];
                double[] reached = probe.Step(step, repeated, requests.Answer((number, row) => rule[row / points].Nodes[number]));
                Span<double> found = stackalloc double[Functions];
                for (int row = 0; row < reached.Length; row++)
                {
                    next.At(reached[row], repeated[0][row], found);
                    for (int f = 0; f < Functions; f++)
                        values[f][row % points] += rule[row / points].Weight * found[f];
                }
            });
        }

        return table.Expect(mixture, probe.Levels[0]);
    }

    private static double[] Exact(GaussianMixture mixture, NoiseLevel level)
    {
        double[] sums = new double[Functions];
        foreach (GaussianComponent component in mixture.Components)
        {
            (double mean, double variance) = Marginal(component, level);
            sums[0] += component.Weight * mean;
            sums[1] += component.Weight * ((mean * mean) + variance);
            sums[2] += component.Weight * Math.Sin(mean) * Math.Exp(-0.5 * variance);
            sums[3] += component.Weight * Math.Cos(2 * mean) * Math.Exp(-2 * variance);
        }

        return sums;
    }

    private static (double Mean, double Variance) Marginal(GaussianComponent component, NoiseLevel level) =>
        (level.Alpha * component.Mean[0], (level.Alpha * level.Alpha * component.Covariance[0, 0]) + (level.Sigma * level.Sigma));

    // The product rule over all the step's noise: fewer nodes each when there are more points, and for steps so short that their noise is small.
    private static (double[] Nodes, double Weight)[] Product(int numbers, SolverProbe probe)
    {
        bool isWide = numbers > 1 || probe.PastOf(probe.Steps) > 0;
        (double Node, double Weight)[] rule = GaussHermite.Rule(!isWide ? 12 : probe.Steps < ManySteps ? 8 : 5);
        (double[] Nodes, double Weight)[] product = [([], 1)];
        for (int i = 0; i < numbers; i++)
            product = [.. product.SelectMany(left => rule.Select(right => ((double[])[.. left.Nodes, right.Node], left.Weight * right.Weight)))];
        return product;
    }

    private static double[] Repeat(double[] values, int times)
    {
        double[] repeated = new double[values.Length * times];
        for (int i = 0; i < times; i++)
            values.CopyTo(repeated, i * values.Length);
        return repeated;
    }

    /// <summary>u_i on a grid of x_i and, where the method looks back, of ζ.</summary>
    private sealed class Table
    {
        private readonly double _scale;
        private readonly double _spacing;
        private readonly int _width;
        private readonly double[] _pastNodes;
        private readonly double[] _pastWeights;
        private readonly (double OfState, double OfNoise) _transition;
        private readonly double[][] _values;

        public Table(SolverProbe probe, int index)
        {
            NoiseLevel level = probe.Levels[index];
            bool looksBack = probe.PastOf(index) > 0;
            _scale = Math.Sqrt((level.Alpha * level.Alpha) + (level.Sigma * level.Sigma));
            _width = probe.PastOf(probe.Steps) > 0 ? 561 : 801;
            _spacing = 2 * Reach / (_width - 1);
            int nodes = looksBack ? 5 : 1;
            _pastNodes = [.. Enumerable.Range(0, nodes).Select(j => PastReach * Math.Cos(Math.PI * (j + 0.5) / nodes))];
            _pastWeights = [.. Enumerable.Range(0, nodes).Select(j => (j % 2 == 0 ? 1 : -1) * Math.Sin(Math.PI * (j + 0.5) / nodes))];
            if (looksBack)
                _transition = Transition(probe.Levels[index - 1], level);
            _values = [.. Enumerable.Range(0, Functions).Select(_ => new double[_width * nodes])];
        }

        /// <summary>Has the values computed at the grid's states, newest state first.</summary>
        public void Fill(Action<IReadOnlyList<double[]>, double[][]> fill) => fill(States(), _values);

        /// <summary>The values at x_i, which was reached from <paramref name="before"/>: Lagrange's formula on eight neighbours, barycentric in ζ.</summary>
        public void At(double x, double before, Span<double> found)
        {
            double place = (Math.Clamp(x / _scale, -Reach, Reach) + Reach) / _spacing;
            int first = Math.Clamp((int)place - (Stencil / 2) + 1, 0, _width - Stencil);
            Span<double> inX = stackalloc double[Stencil];
            double product = 1;
            for (int j = 0; j < Stencil; j++)
            {
                inX[j] = product / LagrangeDenominators[j];
                product *= place - first - j;
            }

            product = 1;
            for (int j = Stencil - 1; j >= 0; j--)
            {
                inX[j] *= product;
                product *= place - first - j;
            }

            Span<double> inPast = stackalloc double[_pastNodes.Length];
            inPast[0] = 1;
            if (inPast.Length > 1)
                Barycentric((before - (_transition.OfState * x)) / _transition.OfNoise, inPast);

            found.Clear();
            for (int c = 0; c < inPast.Length; c++)
            {
                int offset = (c * _width) + first;
                for (int f = 0; f < found.Length; f++)
                {
                    double sum = 0;
                    for (int j = 0; j < Stencil; j++)
                        sum += inX[j] * _values[f][offset + j];
                    found[f] += inPast[c] * sum;
                }
            }
        }

        /// <summary>The expectation over the exact law of the first level.</summary>
        public double[] Expect(GaussianMixture mixture, NoiseLevel level)
        {
            double[] sums = new double[Functions];
            Span<double> found = stackalloc double[Functions];
            foreach (GaussianComponent component in mixture.Components)
            {
                (double mean, double variance) = Marginal(component, level);
                foreach ((double node, double weight) in GaussHermite.Rule(64))
                {
                    At(mean + (Math.Sqrt(variance) * node), 0, found);
                    for (int f = 0; f < Functions; f++)
                        sums[f] += component.Weight * weight * found[f];
                }
            }

            return sums;
        }

        private static (double OfState, double OfNoise) Transition(NoiseLevel noisier, NoiseLevel level)
        {
            double ratio = noisier.Alpha / level.Alpha;
            return (ratio, Math.Sqrt((noisier.Sigma * noisier.Sigma) - (ratio * ratio * level.Sigma * level.Sigma)));
        }

        private double[][] States()
        {
            int size = _values[0].Length;
            double[][] states = [.. Enumerable.Range(0, _pastNodes.Length > 1 ? 2 : 1).Select(_ => new double[size])];
            for (int i = 0; i < size; i++)
            {
                states[0][i] = _scale * (((i % _width) * _spacing) - Reach);
                if (states.Length > 1)
                    states[1][i] = (_transition.OfState * states[0][i]) + (_transition.OfNoise * _pastNodes[i / _width]);
            }

            return states;
        }

        private void Barycentric(double z, Span<double> weights)
        {
            double clamped = Math.Clamp(z, -1.5 * PastReach, 1.5 * PastReach);
            double total = 0;
            for (int j = 0; j < weights.Length; j++)
            {
                double distance = clamped - _pastNodes[j];
                if (distance == 0)
                {
                    weights.Clear();
                    weights[j] = 1;
                    return;
                }

                total += weights[j] = _pastWeights[j] / distance;
            }

            for (int j = 0; j < weights.Length; j++)
                weights[j] /= total;
        }
    }
}
