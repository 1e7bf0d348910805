using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Diffusion.Certification;

/// <summary>Nodes and weights of the expectation over a standard normal number, exact for polynomials up to degree 2n − 1.</summary>
internal static class GaussHermite
{
    /// <summary>The rule with <paramref name="count"/> nodes, in falling order of the nodes.</summary>
    /// <remarks>
    /// Golub and Welsch 1969, "Calculation of Gauss quadrature rules": the nodes are the eigenvalues of the recurrence
    /// √(k + 1) h_{k+1}(x) = x h_k(x) − √k h_{k−1}(x) as a symmetric tridiagonal matrix, and a weight is the square of the first entry of its eigenvector.
    /// </remarks>
    public static (double Node, double Weight)[] Rule(int count)
    {
        Evd<double> eigen = Matrix<double>.Build
            .Dense(count, count, (i, j) => Math.Abs(i - j) == 1 ? Math.Sqrt(Math.Max(i, j)) : 0)
            .Evd(Symmetricity.Symmetric);
        double[] nodes = [.. eigen.EigenValues.Select(value => value.Real)];
        double[] weights = [.. eigen.EigenVectors.Row(0).Select(first => first * first)];

        // The rule is symmetric; rounding has left each of a pair its own last digits.
        return
        [
            .. Enumerable.Range(0, count).Reverse().Select(i =>
                ((nodes[i] - nodes[count - 1 - i]) / 2, (weights[i] + weights[count - 1 - i]) / 2)),
        ];
    }
}
