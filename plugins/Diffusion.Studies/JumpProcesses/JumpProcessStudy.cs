using Diffusion.Studies.Numerics;

namespace Diffusion.Studies.JumpProcesses;

/// <summary>A Markov process that jumps between finitely many states: its simulated paths, the master equation and Chapman-Kolmogorov.</summary>
/// <remarks>
/// With the generator Q the law p(t), a row, solves the master equation dp/dt = p Q, so that p(t) = p(0) e^(Qt).
/// <list type="bullet">
/// <item><c>master-equation-error</c>: the largest difference between the equation solved by the Runge-Kutta method and the matrix exponential.</item>
/// <item><c>closed-form-error</c>, of two states: the same between p(t) = π + (p(0) − π) e^(−(a + b) t) and the matrix exponential.</item>
/// <item><c>chapman-kolmogorov-error</c>: the largest entry of P(t_1 → t_n) − P(t_1 → t_m) P(t_m → t_n), the middle one among the times.</item>
/// <item><c>deviation-k</c>: the share of paths in state k at the last time, less its probability.</item>
/// <item><c>path-residual</c>: the share that returns to the starting state at the last time, of the paths that were there at the first, less what
/// Chapman-Kolmogorov makes of the shares of all paths over the middle time. It is not 0 where the future depends on more than the state.</item>
/// </list>
/// </remarks>
/// <param name="options">Its options.</param>
[Component(ComponentKind.Study, "jump-process", "Jumps between finitely many states: simulated paths beside the master equation and Chapman-Kolmogorov.",
    Reference = "Gillespie 1977; van Kampen, Stochastic Processes in Physics and Chemistry, chapter V")]
public class JumpProcessStudy(JumpProcessOptions options) : IStudy
{
    private const int Batches = 25;
    private const int CurvePoints = 101;

    // A step is at most this share of the mean time in a state, so that the Runge-Kutta method's error is one of rounding.
    private const double StepShare = 1e-3;
    private const double MostJumps = 1e9;

    private int States => options.Rates.Length;

    private double LastTime => options.Times[^1];

    /// <inheritdoc/>
    public string? Objection(StudySetting setting)
    {
        double jumps = options.Paths * LastTime * LargestRate();
        return jumps > MostJumps
            ? FormattableString.Invariant($"would simulate up to {jumps:e1} jumps, and at most {MostJumps:e1} are reasonable: lower 'paths' or the last time")
            : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(StudySetting setting) =>
    [
        DeclaredValue.Computed("master-equation-error"),
        .. States == 2 ? [DeclaredValue.Computed("closed-form-error")] : Array.Empty<DeclaredValue>(),
        DeclaredValue.Computed("chapman-kolmogorov-error"),
        .. Enumerable.Range(1, States).Select(state => DeclaredValue.Sampled(DeviationOf(state))),
        DeclaredValue.Sampled("path-residual"),
    ];

    /// <inheritdoc/>
    public StudyResult Run(StudyContext context)
    {
        double[][] exact = [.. options.Times.Select(t => Row(TransitionMatrix.Exponential(options.Rates, t)))];
        double masterError = options.Times.Zip(exact, (t, law) => Largest(Solve(t), law)).Max();
        int[][] paths = Simulate(new(context.Randomness), context.Cancellation);
        return new([
            ComputedValue.Exact("master-equation-error", masterError),
            .. States == 2
                ? [ComputedValue.Exact("closed-form-error", options.Times.Zip(exact, (t, law) => Largest(ClosedForm(t), law)).Max())]
                : Array.Empty<MetricValue>(),
            ComputedValue.Exact("chapman-kolmogorov-error", ChapmanKolmogorov()),
            .. Enumerable.Range(1, States).Select(state => Deviation(state, paths[^1], exact[^1][state - 1])),
            PathResidual(paths),
        ])
        {
            Curves = [Probabilities(paths)],
        };
    }

    /// <summary>How long a path stays in a state that it leaves at a rate: −ln u / rate.</summary>
    /// <param name="rate">Jumps per unit of time.</param>
    /// <param name="uniform">A uniform number in (0, 1).</param>
    protected virtual double Stay(double rate, double uniform) => -Math.Log(uniform) / rate;

    /// <summary>The right-hand side of the master equation, p Q.</summary>
    /// <param name="rates">Q.</param>
    /// <param name="law">p.</param>
    protected virtual double[] MasterEquation(double[][] rates, double[] law)
    {
        double[] change = new double[law.Length];
        for (int i = 0; i < law.Length; i++)
        {
            for (int j = 0; j < law.Length; j++)
                change[j] += law[i] * rates[i][j];
        }

        return change;
    }

    /// <summary>P(s → t), the probability of each state at a time, given that at an earlier one.</summary>
    /// <param name="rates">Q.</param>
    /// <param name="time">t − s.</param>
    protected virtual double[,] Transition(double[][] rates, double time) => TransitionMatrix.Exponential(rates, time);

    private static string DeviationOf(int state) => FormattableString.Invariant($"deviation-{state}");

    private double LargestRate() => options.Rates.Select((row, i) => -row[i]).Max();

    private double[] Row(double[,] matrix) => [.. Enumerable.Range(0, States).Select(j => matrix[options.Start - 1, j])];

    private static double Largest(double[] one, double[] other) => one.Zip(other, (a, b) => Math.Abs(a - b)).Max();

    // By the classical Runge-Kutta method.
    private double[] Solve(double t)
    {
        int steps = Math.Max(100, (int)Math.Ceiling(t * LargestRate() / StepShare));
        double h = t / steps;
        double[] p = new double[States];
        p[options.Start - 1] = 1;
        for (int step = 0; step < steps; step++)
        {
            double[] k1 = MasterEquation(options.Rates, p), k2 = MasterEquation(options.Rates, Moved(p, k1, 0.5 * h));
            double[] k3 = MasterEquation(options.Rates, Moved(p, k2, 0.5 * h)), k4 = MasterEquation(options.Rates, Moved(p, k3, h));
            for (int i = 0; i < p.Length; i++)
                p[i] += h / 6 * (k1[i] + (2 * k2[i]) + (2 * k3[i]) + k4[i]);
        }

        return p;

        static double[] Moved(double[] p, double[] k, double h) => [.. p.Zip(k, (value, change) => value + (h * change))];
    }

    private double[] ClosedForm(double t)
    {
        (double a, double b) = (options.Rates[0][1], options.Rates[1][0]);
        if (a + b == 0)
            return [options.Start == 1 ? 1 : 0, options.Start == 1 ? 0 : 1];
        double stationary = b / (a + b), first = stationary + (((options.Start == 1 ? 1 : 0) - stationary) * Math.Exp(-(a + b) * t));
        return [first, 1 - first];
    }

    private double ChapmanKolmogorov()
    {
        (double first, double middle) = (options.Times[0], 0.5 * (options.Times[0] + LastTime));
        double[,] whole = Transition(options.Rates, LastTime - first);
        double[,] parts = TransitionMatrix.Product(Transition(options.Rates, middle - first), Transition(options.Rates, LastTime - middle));
        double largest = 0;
        for (int i = 0; i < States; i++)
        {
            for (int j = 0; j < States; j++)
                largest = Math.Max(largest, Math.Abs(whole[i, j] - parts[i, j]));
        }

        return largest;
    }

    private MetricValue Deviation(int state, int[] last, double probability)
    {
        double share = (double)last.Count(one => one == state - 1) / options.Paths;
        // The variance at the probability that is claimed, which is never 0 because no path happened to be there.
        return new(DeviationOf(state), share - probability, Math.Sqrt(Math.Max(probability * (1 - probability), 1e-12) / options.Paths), options.Paths)
        {
            Goal = MetricGoal.Near(0),
        };
    }

    // States of all paths at 0, the first, the middle and the last time.
    private int[][] Simulate(StudyDraws draws, CancellationToken cancellation)
    {
        double[] times = [options.Times[0], 0.5 * (options.Times[0] + LastTime), LastTime];
        int[][] seen = [.. times.Select(_ => new int[options.Paths])];
        int[] state = [.. Enumerable.Repeat(options.Start - 1, options.Paths)];
        double[] clock = new double[options.Paths];
        int left = options.Paths;
        for (long round = 0; left > 0; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            double[] stays = draws.Uniform(2 * round, options.Paths), jumps = draws.Uniform((2 * round) + 1, options.Paths);
            for (int path = 0; path < options.Paths; path++)
            {
                if (clock[path] > LastTime)
                    continue;
                double[] row = options.Rates[state[path]];
                double rate = -row[state[path]];
                double next = rate > 0 ? clock[path] + Stay(rate, stays[path]) : double.PositiveInfinity;
                for (int k = 0; k < times.Length; k++)
                {
                    if (clock[path] <= times[k] && next > times[k])
                        seen[k][path] = state[path];
                }

                clock[path] = next;
                if (next > LastTime)
                    left--;
                else
                    state[path] = Jump(row, state[path], jumps[path] * rate);
            }
        }

        return seen;
    }

    private static int Jump(double[] row, int from, double place)
    {
        int last = from;
        for (int to = 0; to < row.Length; to++)
        {
            if (to == from || row[to] == 0)
                continue;
            last = to;
            place -= row[to];
            if (place < 0)
                break;
        }

        return last;
    }

    private MetricValue PathResidual(int[][] paths)
    {
        double[] residuals = new double[Batches];
        int start = options.Start - 1;
        for (int batch = 0; batch < Batches; batch++)
        {
            int[] own = [.. Enumerable.Range(0, options.Paths).Where(path => path % Batches == batch)];
            double direct = Share(own, paths[0], start, paths[2], start);
            double composed = Enumerable.Range(0, States).Sum(
                middle => Share(own, paths[0], start, paths[1], middle) * Share(own, paths[1], middle, paths[2], start));
            residuals[batch] = direct - composed;
        }

        return ComputedValue.Mean("path-residual", residuals) with { Goal = MetricGoal.Near(0) };
    }

    private static double Share(int[] own, int[] before, int from, int[] after, int to)
    {
        int there = own.Count(path => before[path] == from);
        return there == 0 ? 0 : (double)own.Count(path => before[path] == from && after[path] == to) / there;
    }

    private StudyCurve Probabilities(int[][] paths)
    {
        double[] times = [.. Enumerable.Range(0, CurvePoints).Select(i => i * LastTime / (CurvePoints - 1))];
        double[][] laws = [.. times.Select(t => Row(TransitionMatrix.Exponential(options.Rates, t)))];
        int[] places = [(int)Math.Round(options.Times[0] / LastTime * (CurvePoints - 1)), CurvePoints - 1];
        return new("probabilities", "t", "probability", times, [
            .. Enumerable.Range(0, States).Select(state => new StudySeries(
                FormattableString.Invariant($"state {state + 1}"), [.. laws.Select(law => law[state])]) { IsReference = true }),
            .. Enumerable.Range(0, States).Select(state => new StudySeries(
                FormattableString.Invariant($"paths in {state + 1}, first and last time"),
                [.. Enumerable.Range(0, CurvePoints).Select(i => i == places[0] ? ShareAt(0, state) : i == places[1] ? ShareAt(2, state) : double.NaN)])),
        ]);

        double ShareAt(int time, int state) => (double)paths[time].Count(one => one == state) / options.Paths;
    }
}
