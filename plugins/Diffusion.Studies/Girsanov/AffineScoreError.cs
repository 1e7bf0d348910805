using MathNet.Numerics.LinearAlgebra;

namespace Diffusion.Studies.Girsanov;

/// <summary>e(x, t) = a(t) + B(t) x, by which a score is wrong.</summary>
/// <param name="Offset">a.</param>
/// <param name="Slope">B.</param>
internal sealed record AffineScoreError(Func<double, Vector<double>> Offset, Func<double, Matrix<double>> Slope)
{
    private const int Waves = 3;

    /// <summary>E‖e‖² where x has a Gaussian law: ‖a + B m‖² + tr(B C Bᵀ).</summary>
    public double MeanSquare(double t, GaussianLaw law)
    {
        Matrix<double> slope = Slope(t);
        Vector<double> mean = Offset(t) + (slope * law.Mean);
        return mean.DotProduct(mean) + (slope * law.Covariance * slope.Transpose()).Trace();
    }

    /// <summary>An error of a known shape.</summary>
    public static AffineScoreError FromShape(ScoreErrorShape shape, double size, int dimension)
    {
        Vector<double> none = Vector<double>.Build.Dense(dimension), axis = Vector<double>.Build.Dense(dimension, i => i == 0 ? size : 0);
        Matrix<double> flat = Matrix<double>.Build.Dense(dimension, dimension);
        Matrix<double> scaled = Matrix<double>.Build.DenseDiagonal(dimension, -size);
        // Of an odd number of axes the last one stays.
        Matrix<double> turn = Matrix<double>.Build.Dense(
            dimension, dimension, (i, j) => i / 2 != j / 2 || (2 * (i / 2)) + 1 >= dimension ? 0 : i > j ? size : j > i ? -size : 0);
        return shape switch
        {
            ScoreErrorShape.Constant => new(_ => axis, _ => flat),
            ScoreErrorShape.Decaying => new(t => Math.Exp(-t) * axis, _ => flat),
            ScoreErrorShape.Gradient => new(_ => none, _ => scaled),
            ScoreErrorShape.Rotation => new(_ => none, _ => turn),
            _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "Not a shape that is known beforehand."),
        };
    }

    /// <summary>Waves over [0, T] with random vectors and matrices.</summary>
    /// <param name="normal">Standard normal numbers, <see cref="NumbersOf"/> of them.</param>
    /// <param name="size">Their scale.</param>
    /// <param name="dimension">D.</param>
    /// <param name="horizon">T.</param>
    public static AffineScoreError AtRandom(double[] normal, double size, int dimension, double horizon)
    {
        int own = dimension + (dimension * dimension);
        Vector<double>[] offsets = [.. Enumerable.Range(0, Waves).Select(k => Vector<double>.Build.Dense(dimension, i => size * normal[(k * own) + i]))];
        Matrix<double>[] slopes = [.. Enumerable.Range(0, Waves).Select(k => Matrix<double>.Build.Dense(
            dimension, dimension, (i, j) => size * normal[(k * own) + dimension + (i * dimension) + j]))];
        return new(
            t => offsets.Select((part, k) => Wave(k, t) * part).Aggregate((sum, part) => sum + part),
            t => slopes.Select((part, k) => Wave(k, t) * part).Aggregate((sum, part) => sum + part));

        double Wave(int k, double t) => Math.Cos(k * Math.PI * t / horizon);
    }

    /// <summary>How many numbers a random error takes.</summary>
    public static int NumbersOf(int dimension) => Waves * (dimension + (dimension * dimension));
}
