namespace Diffusion.Core.Laws;

/// <summary>
/// A function on an interval of the line, known by its values at few points: polynomials through Chebyshev points on panels that are halved until the
/// polynomials' last coefficients are negligible. Value and derivative anywhere cost no further evaluation.
/// </summary>
/// <remarks>Trefethen 2019, "Approximation theory and approximation practice"; the panels are those of piecewise Chebfun.</remarks>
public sealed class SmoothFunction
{
    private const int MostPanels = 150_000;
    private const double NarrowestPanel = 1e-10;

    // Off the symmetric places of the Chebyshev points, where a polynomial may agree by chance.
    private static readonly double[] Checks = [-0.6180339887, 0.2360679775];
    private readonly double[] _edges;
    private readonly double[][] _coefficients;
    private readonly double[][] _slopes;

    private SmoothFunction(double[] edges, double[][] coefficients, long evaluations)
    {
        _edges = edges;
        _coefficients = coefficients;
        _slopes = [.. coefficients.Select((c, i) => Differentiate(c, edges[i + 1] - edges[i]))];
        Evaluations = evaluations;
    }

    /// <summary>The panels' edges in rising order.</summary>
    public IReadOnlyList<double> Edges => _edges;

    /// <summary>At how many points the function was evaluated.</summary>
    public long Evaluations { get; }

    /// <summary>Learns a function.</summary>
    /// <param name="function">Values at points; asked for many points at once.</param>
    /// <param name="edges">Edges of the first panels, in rising order, at least two.</param>
    /// <param name="settings">How fine.</param>
    /// <param name="isTooWide">Whether a panel must be halved whatever its polynomial, told by the panel's ends and the function's values there; null where
    /// none must.</param>
    /// <exception cref="ArgumentException">The function is not finite, or so many panels do not suffice.</exception>
    public static SmoothFunction Learn(
        Func<double[], double[]> function, IReadOnlyList<double> edges, LawResolution settings, Func<double, double, double, double, bool>? isTooWide = null)
    {
        int degree = settings.Points;
        double[] nodes = [.. Enumerable.Range(0, degree).Select(j => Math.Cos(Math.PI * (j + 0.5) / degree)), .. Checks];
        double narrowest = (edges[^1] - edges[0]) * NarrowestPanel;
        List<(double Left, double Right, double[] Coefficients)> done = [];
        List<(double Left, double Right)> open = [.. edges.Zip(edges.Skip(1)).Where(pair => pair.Second > pair.First)];
        long evaluations = 0;
        while (open.Count > 0)
        {
            double[] points = [.. open.SelectMany(panel => nodes.Select(node => At(panel.Left, panel.Right, node)))];
            double[] values = function(points);
            evaluations += points.Length;
            List<(double, double)> next = [];
            for (int i = 0; i < open.Count; i++)
            {
                (double left, double right) = open[i];
                ReadOnlySpan<double> own = values.AsSpan(i * nodes.Length, nodes.Length);
                double[] coefficients = Transform(own[..degree]);
                bool isNarrow = right - left <= Math.Max(narrowest, 1e-14 * Math.Max(Math.Abs(left), Math.Abs(right)));
                if (isNarrow || (IsResolved(coefficients, own, settings)
                    && isTooWide?.Invoke(left, right, Clenshaw(coefficients, -1), Clenshaw(coefficients, 1)) is not true))
                {
                    done.Add((left, right, coefficients));
                    continue;
                }

                double middle = left + ((right - left) / 2);
                next.Add((left, middle));
                next.Add((middle, right));
            }

            if (done.Count + next.Count > MostPanels)
                throw new ArgumentException(
                    $"{MostPanels} pieces do not resolve the law: the sampler's map is too rough, or its noise too small against the range of its states.");
            open = next;
        }

        done.Sort((a, b) => a.Left.CompareTo(b.Left));
        return new([.. done.Select(panel => panel.Left), done[^1].Right], [.. done.Select(panel => panel.Coefficients)], evaluations);
    }

    /// <summary>The value at a place; outside the interval that at its nearer end.</summary>
    public double Value(double x)
    {
        int panel = Panel(x);
        return Clenshaw(_coefficients[panel], Local(panel, x));
    }

    /// <summary>The derivative at a place.</summary>
    public double Derivative(double x)
    {
        int panel = Panel(x);
        return Clenshaw(_slopes[panel], Local(panel, x));
    }

    /// <summary>Value and derivative of one panel's polynomial.</summary>
    internal (double Value, double Derivative) OnPanel(int panel, double x)
    {
        double t = Local(panel, x);
        return (Clenshaw(_coefficients[panel], t), Clenshaw(_slopes[panel], t));
    }

    /// <summary>The panel of a place.</summary>
    internal int Panel(double x)
    {
        int found = Array.BinarySearch(_edges, x);
        return Math.Clamp(found >= 0 ? found : ~found - 1, 0, _coefficients.Length - 1);
    }

    /// <summary>Where the derivative changes its sign, in rising order.</summary>
    internal double[] TurningPoints()
    {
        const int Looks = 48;
        List<double> found = [];
        (double before, double slopeBefore) = (double.NaN, 0);
        for (int panel = 0; panel < _coefficients.Length; panel++)
        {
            for (int look = 0; look <= Looks; look++)
            {
                double x = At(_edges[panel], _edges[panel + 1], (2.0 * look / Looks) - 1);
                double slope = OnPanel(panel, x).Derivative;
                if (slope == 0)
                    continue;
                if (slopeBefore != 0 && (slope > 0) != (slopeBefore > 0))
                    found.Add(look == 0 ? x : SignChange(panel, before, x, slopeBefore > 0));
                (before, slopeBefore) = (x, slope);
            }
        }

        return [.. found];
    }

    private static double At(double left, double right, double t) => ((1 - t) / 2 * left) + ((1 + t) / 2 * right);

    private static bool IsResolved(double[] coefficients, ReadOnlySpan<double> values, LawResolution settings)
    {
        double scale = settings.Floor;
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
                throw new ArgumentException("The sampler's map is not finite everywhere, so its law cannot be computed.");
            scale = Math.Max(scale, Math.Abs(value));
        }

        double tail = Math.Max(Math.Abs(coefficients[^1]), Math.Max(Math.Abs(coefficients[^2]), Math.Abs(coefficients[^3])));
        bool agrees = true;
        for (int i = 0; i < Checks.Length; i++)
            agrees &= Math.Abs(Clenshaw(coefficients, Checks[i]) - values[coefficients.Length + i]) <= 10 * settings.Tolerance * scale;
        return tail <= settings.Tolerance * scale && agrees;
    }

    private static double[] Transform(ReadOnlySpan<double> values)
    {
        int n = values.Length;
        double[] coefficients = new double[n];
        for (int k = 0; k < n; k++)
        {
            double sum = 0;
            for (int j = 0; j < n; j++)
                sum += values[j] * Math.Cos(Math.PI * k * (j + 0.5) / n);
            coefficients[k] = (k == 0 ? 1.0 : 2.0) / n * sum;
        }

        return coefficients;
    }

    private static double[] Differentiate(double[] coefficients, double width)
    {
        int n = coefficients.Length;
        double[] slopes = new double[n];
        for (int k = n - 2; k >= 0; k--)
            slopes[k] = (k + 2 < n ? slopes[k + 2] : 0) + (2 * (k + 1) * coefficients[k + 1]);
        slopes[0] /= 2;
        for (int k = 0; k < n; k++)
            slopes[k] *= 2 / width;
        return slopes;
    }

    private static double Clenshaw(double[] coefficients, double t)
    {
        (double b1, double b2) = (0, 0);
        for (int k = coefficients.Length - 1; k > 0; k--)
            (b1, b2) = (coefficients[k] + (2 * t * b1) - b2, b1);
        return coefficients[0] + (t * b1) - b2;
    }

    private double Local(int panel, double x)
    {
        (double left, double right) = (_edges[panel], _edges[panel + 1]);
        return Math.Clamp(((x - left) - (right - x)) / (right - left), -1, 1);
    }

    private double SignChange(int panel, double left, double right, bool isPositiveAtLeft)
    {
        left = Math.Max(left, _edges[panel]);
        for (int i = 0; i < 100; i++)
        {
            double middle = left + ((right - left) / 2);
            if (middle == left || middle == right)
                break;
            if ((OnPanel(panel, middle).Derivative > 0) == isPositiveAtLeft)
                left = middle;
            else
                right = middle;
        }

        return left;
    }
}
