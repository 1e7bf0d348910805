using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>
/// Entropic optimal transport between N points and M points of equal weight on either side:
/// <code>
/// OT_ε = min E ‖X − Y‖² + ε KL(P ‖ P_X ⊗ P_Y)   over all couplings P
/// </code>
/// </summary>
/// <remarks>
/// Sinkhorn's iteration for the potentials f and g of the dual problem, in the logarithm, so that no ε is too small for it (Peyré &amp; Cuturi 2019, section
/// 4.4):
/// <code>
/// f_i = −ε log Σ_j exp((g_j − C_ij)/ε)/M
/// </code>
/// and likewise for g, over-relaxed (Lehmann et al. 2022): the iteration's rate is read off its residuals, and the relaxation that is best for it follows as in
/// Young's theory of linear equations. Where modes lie far apart and hold other shares of the points on either side, the potentials of a mode have to move by
/// many ε against those of the others, and do so by a small part of ε in each iteration; what is slow after many iterations is therefore followed along its
/// own direction as far as the dual objective rises. Convergence is judged by the mass that the plan's row sums are off.
/// The value is that of the dual problem, whose error is of the second order in that of the potentials. O(N M) time an
/// iteration, O(N M) memory. Work is split by rows, so the result does not depend on the number of threads.
/// </remarks>
internal sealed class EntropicTransport
{
    // Of the mass, how much may be in wrong places. The value's error is about ε times its square.
    private const double Tolerance = 3e-4;

    // Far apart, what is misplaced costs about ε, which is little beside the value.
    private const double RelativeTolerance = 1e-6;
    private const int MostIterations = 5000;
    private const int RowsOfBlock = 32;

    // Iterations after which the relaxation is chosen anew, and how many of them the residuals take to follow.
    private const int Window = 8;
    private const int Settling = 4;
    private const double FirstRelaxation = 1.5;
    private const double LargestRelaxation = 1.97;

    // Iterations before the first leap along what is slow, and between leaps; of the plain iterations before one, those whose change is its direction.
    private const int Patience = 200;
    private const int BetweenLeaps = 50;
    private const int PlainIterations = 12;
    private const int Followed = 4;

    // A leap is at most 2^40 times as long as the change that it follows, and ends within a hundredth of where the objective is largest.
    private const int MostDoublings = 40;
    private const int Sections = 12;

    // Larger ε before the one that is wanted, where both sets are far apart in units of it: each a part of the one before.
    private const double Cooling = 4;
    private const int IterationsOfStage = 6;

    private EntropicTransport(double value, double[] rowPotentials, double[] columnPotentials) =>
        (Value, RowPotentials, ColumnPotentials) = (value, rowPotentials, columnPotentials);

    /// <summary>OT_ε.</summary>
    public double Value { get; }

    /// <summary>f, N numbers.</summary>
    public double[] RowPotentials { get; }

    /// <summary>g, M numbers.</summary>
    public double[] ColumnPotentials { get; }

    /// <summary>The transport of a set to itself, where f = g.</summary>
    /// <param name="x">N points.</param>
    /// <param name="epsilon">ε, positive.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentException">The iteration does not converge.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static EntropicTransport Within(PointSet x, double epsilon, CancellationToken cancellationToken)
    {
        double[] costs = PairSums.SquaredDistances(x, x);
        double[] f = new double[x.Count], next = new double[x.Count];
        double misplaced = 1;
        for (int iteration = 0; iteration < MostIterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SoftMinimum(costs, f, f, epsilon, next);
            misplaced = Misplaced(f, next, epsilon);
            // The mean of both: every mode of the error shrinks to half at least.
            Relax(f, next, 0.5);
            if (misplaced < Tolerance)
                return new(2 * TensorPrimitives.Average<double>(f), f, f);
        }

        throw NotConverged(MostIterations, misplaced);
    }

    /// <summary>The transport from one set to another.</summary>
    /// <param name="x">N points.</param>
    /// <param name="y">M points.</param>
    /// <param name="epsilon">ε, positive.</param>
    /// <param name="startingColumnPotentials">Where g starts, M numbers.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="mostIterations">After how many it is given up.</param>
    /// <exception cref="ArgumentException">The iteration does not converge.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static EntropicTransport Between(
        PointSet x, PointSet y, double epsilon, double[] startingColumnPotentials, CancellationToken cancellationToken, int mostIterations = MostIterations)
    {
        double[] costs = PairSums.SquaredDistances(x, y), transposed = PairSums.SquaredDistances(y, x);
        double[] f = new double[x.Count], g = [.. startingColumnPotentials];
        for (double early = Math.Abs(x.Variance - y.Variance) / Cooling; early > epsilon; early /= Cooling)
        {
            for (int iteration = 0; iteration < IterationsOfStage; iteration++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                SoftMinimum(costs, g, f, early, f);
                SoftMinimum(transposed, f, g, early, g);
            }
        }

        SoftMinimum(costs, g, f, epsilon, f);
        SoftMinimum(transposed, f, g, epsilon, g);
        double[] nextF = new double[x.Count], nextG = new double[y.Count];
        double relaxation = FirstRelaxation, before = double.PositiveInfinity, misplaced = 1;
        for (int iteration = 1; iteration <= mostIterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SoftMinimum(costs, g, f, epsilon, nextF);
            misplaced = Misplaced(f, nextF, epsilon);
            // With rows in balance, as they are after a step without relaxation, the dual value is the mean of the potentials.
            double value = TensorPrimitives.Average<double>(nextF) + TensorPrimitives.Average<double>(g);
            if (misplaced < Tolerance || epsilon * misplaced < RelativeTolerance * Math.Abs(value))
                return new(value, nextF, g);
            Relax(f, nextF, relaxation);
            SoftMinimum(transposed, f, g, epsilon, nextG);
            Relax(g, nextG, relaxation);
            if (iteration >= Patience && iteration % BetweenLeaps == 0)
            {
                Leap(costs, transposed, f, g, epsilon, cancellationToken);
                (relaxation, before) = (FirstRelaxation, double.PositiveInfinity);
            }
            else if (iteration % Window == Settling)
                before = misplaced;
            else if (iteration % Window == 0)
                relaxation = Relaxation(relaxation, Math.Pow(misplaced / before, 1.0 / (Window - Settling)));
        }

        throw NotConverged(mostIterations, misplaced);
    }

    /// <summary>Moves both potentials along the direction in which plain iterations move them slowest, to where the dual objective is largest.</summary>
    private static void Leap(double[] costs, double[] transposed, double[] f, double[] g, double epsilon, CancellationToken cancellationToken)
    {
        double[] alongF = [], alongG = [];
        for (int iteration = 0; iteration < PlainIterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (iteration == PlainIterations - Followed)
                (alongF, alongG) = ([.. f], [.. g]);
            SoftMinimum(costs, g, f, epsilon, f);
            SoftMinimum(transposed, f, g, epsilon, g);
        }

        TensorPrimitives.Subtract(f, alongF, alongF);
        TensorPrimitives.Subtract(g, alongG, alongG);
        double[] movedF = new double[f.Length], movedG = new double[g.Length], balanced = new double[f.Length];
        (double reach, double value) = (0, Objective(0));
        for (int doubling = 0; doubling < MostDoublings; doubling++)
        {
            double longer = Math.Pow(2, doubling), there = Objective(longer);
            if (!(there > value))
                break;
            (reach, value) = (longer, there);
        }

        // The objective is concave: its largest value lies between half and twice the best power of two.
        (double low, double high) = (reach / 2, Math.Max(2 * reach, 1));
        double golden = (Math.Sqrt(5) - 1) / 2;
        for (int section = 0; section < Sections; section++)
        {
            double first = high - (golden * (high - low)), second = low + (golden * (high - low));
            (low, high) = Objective(first) > Objective(second) ? (low, second) : (first, high);
        }

        double middle = 0.5 * (low + high);
        reach = Objective(middle) > value ? middle : reach;
        TensorPrimitives.MultiplyAdd(alongF, reach, f, f);
        TensorPrimitives.MultiplyAdd(alongG, reach, g, g);

        // E f + E g − ε (the plan's mass − 1).
        double Objective(double length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TensorPrimitives.MultiplyAdd(alongF, length, f, movedF);
            TensorPrimitives.MultiplyAdd(alongG, length, g, movedG);
            SoftMinimum(costs, movedG, movedF, epsilon, balanced);
            double mass = 0;
            for (int i = 0; i < balanced.Length; i++)
                mass += Math.Exp((movedF[i] - balanced[i]) / epsilon);
            return TensorPrimitives.Average<double>(movedF) + TensorPrimitives.Average<double>(movedG) - (epsilon * ((mass / balanced.Length) - 1));
        }
    }

    // Young's relation between the rate λ of an iteration with relaxation ω and the rate μ without: (λ + ω − 1)² = λ ω² μ. The best is ω = 2/(1 + √(1 − μ)),
    // at which λ = ω − 1.
    private static double Relaxation(double relaxation, double rate)
    {
        if (rate >= 1)
            return 0.5 * (1 + relaxation);
        if (rate <= relaxation - 1)
            return relaxation;
        double plain = Math.Pow(rate + relaxation - 1, 2) / (rate * relaxation * relaxation);
        return plain >= 1 ? relaxation : Math.Min(2 / (1 + Math.Sqrt(1 - plain)), LargestRelaxation);
    }

    private static ArgumentException NotConverged(int iterations, double misplaced) => new(FormattableString.Invariant(
        $"The entropic transport has not converged within {iterations} iterations ({100 * misplaced:g2} % of the mass is off): take a larger regularization."));

    private static void Relax(double[] potentials, double[] next, double relaxation)
    {
        for (int i = 0; i < potentials.Length; i++)
            potentials[i] += relaxation * (next[i] - potentials[i]);
    }

    // Σ_i |(row sum of the plan) − 1/N|, where the sum is exp((f − next)/ε)/N.
    private static double Misplaced(double[] potentials, double[] next, double epsilon)
    {
        double sum = 0;
        for (int i = 0; i < potentials.Length; i++)
            sum += Math.Abs(Math.Exp(Math.Min((potentials[i] - next[i]) / epsilon, 500)) - 1);
        return sum / potentials.Length;
    }

    /// <summary>−ε log Σ_j exp((g_j − C_ij)/ε)/M for every row i.</summary>
    /// <param name="costs">C, row by row.</param>
    /// <param name="potentials">g.</param>
    /// <param name="guesses">Results that are near, if any are: the closer, the fewer passes over a row.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="results">Where results go; may be the guesses.</param>
    private static void SoftMinimum(double[] costs, double[] potentials, double[] guesses, double epsilon, double[] results)
    {
        int columns = potentials.Length, blocks = (results.Length + RowsOfBlock - 1) / RowsOfBlock;
        double factor = 1 / (epsilon * Math.Log(2));
        Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, block =>
        {
            for (int row = block * RowsOfBlock; row < Math.Min((block + 1) * RowsOfBlock, results.Length); row++)
            {
                ReadOnlySpan<double> own = costs.AsSpan(row * columns, columns);
                double guess = guesses[row];
                double sum = Sum(own, potentials, guess, factor);
                // What over- or underflows has been guessed badly: −guess becomes the largest of the exponents.
                if (!(sum is > 1e-200 and < 1e200))
                {
                    guess = -Largest(own, potentials);
                    sum = Sum(own, potentials, guess, factor);
                }

                results[row] = guess - (Math.Log2(sum / columns) / factor);
            }
        });
    }

    private static double Largest(ReadOnlySpan<double> costs, ReadOnlySpan<double> potentials)
    {
        double largest = double.NegativeInfinity;
        for (int j = 0; j < costs.Length; j++)
            largest = Math.Max(largest, potentials[j] - costs[j]);
        return largest;
    }

    /// <summary>Σ_j 2^((f + g_j − C_j) factor).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum(ReadOnlySpan<double> costs, ReadOnlySpan<double> potentials, double offset, double factor)
    {
        var factors = new Vector<double>(factor);
        var offsets = new Vector<double>(offset);
        var most = new Vector<double>(1000);
        Vector<double> sum = Vector<double>.Zero;
        ref double cost = ref MemoryMarshal.GetReference(costs);
        ref double potential = ref MemoryMarshal.GetReference(potentials);
        int whole = costs.Length - (costs.Length % Vector<double>.Count);
        for (nuint j = 0; j < (nuint)whole; j += (nuint)Vector<double>.Count)
        {
            Vector<double> exponent = (offsets + Vector.LoadUnsafe(ref potential, j) - Vector.LoadUnsafe(ref cost, j)) * factors;
            sum += VectorMath.Exp2(Vector.MinNative(exponent, most));
        }

        double total = Vector.Sum(sum);
        for (int j = whole; j < costs.Length; j++)
            total += Math.Pow(2, Math.Min((offset + potentials[j] - costs[j]) * factor, 1000));
        return total;
    }
}
