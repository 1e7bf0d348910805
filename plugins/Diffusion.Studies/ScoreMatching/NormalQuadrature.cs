using MathNet.Numerics.LinearAlgebra;

namespace Diffusion.Studies.ScoreMatching;

/// <summary>Gauss-Hermite quadrature of E f(z), z ~ N(0, I) in D dimensions.</summary>
/// <param name="Points">The points, each of D numbers.</param>
/// <param name="Weights">Their weights, which sum to 1.</param>
internal sealed record NormalQuadrature(IReadOnlyList<double[]> Points, IReadOnlyList<double> Weights)
{
    /// <summary>
    /// The product rule with some nodes on each axis: eigenvalues of the Jacobi matrix with √k beside its diagonal, and the squares of their vectors' first
    /// entries (Golub and Welsch 1969).
    /// </summary>
    public static NormalQuadrature Product(int nodes, int dimension)
    {
        var jacobi = Matrix<double>.Build.Dense(nodes, nodes, (i, j) => Math.Abs(i - j) == 1 ? Math.Sqrt(Math.Max(i, j)) : 0);
        var decomposed = jacobi.Evd(Symmetricity.Symmetric);
        double[] places = [.. decomposed.EigenValues.Select(value => value.Real)];
        double[] weights = [.. decomposed.EigenVectors.Row(0).Select(entry => entry * entry)];
        return dimension == 1
            ? new([.. places.Select(place => new[] { place })], weights)
            : new(
                [.. places.SelectMany(one => places.Select(other => new[] { one, other }))],
                [.. weights.SelectMany(one => weights.Select(other => one * other))]);
    }

    /// <summary>μ + L z for each point z.</summary>
    public IEnumerable<(double Weight, double[] Point)> Over(GaussianComponent component)
    {
        double[,] factor = component.CholeskyFactor();
        for (int n = 0; n < Points.Count; n++)
        {
            double[] x = [.. component.Mean];
            for (int i = 0; i < x.Length; i++)
            {
                for (int j = 0; j <= i; j++)
                    x[i] += factor[i, j] * Points[n][j];
            }

            yield return (component.Weight * Weights[n], x);
        }
    }
}
