namespace Diffusion.Certification;

/// <summary>Eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations.</summary>
internal sealed class SymmetricEigen
{
    private const int Sweeps = 64;

    /// <param name="matrix">Symmetric, D × D.</param>
    public SymmetricEigen(double[,] matrix)
    {
        int dimension = matrix.GetLength(0);
        double[,] a = (double[,])matrix.Clone();
        Vectors = new double[dimension, dimension];
        for (int i = 0; i < dimension; i++)
            Vectors[i, i] = 1;

        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            for (int p = 0; p < dimension; p++)
            {
                for (int q = p + 1; q < dimension; q++)
                {
                    if (a[p, q] != 0)
                        Rotate(a, Vectors, p, q);
                }
            }
        }

        Values = [.. Enumerable.Range(0, dimension).Select(i => a[i, i])];
    }

    /// <summary>Eigenvalues, in the order of the columns of <see cref="Vectors"/>.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>Orthonormal eigenvectors as columns.</summary>
    public double[,] Vectors { get; }

    private static void Rotate(double[,] a, double[,] vectors, int p, int q)
    {
        double angle = 0.5 * Math.Atan2(2 * a[p, q], a[q, q] - a[p, p]);
        (double sine, double cosine) = Math.SinCos(angle);
        for (int k = 0; k < a.GetLength(0); k++)
            (a[k, p], a[k, q]) = ((cosine * a[k, p]) - (sine * a[k, q]), (sine * a[k, p]) + (cosine * a[k, q]));
        for (int k = 0; k < a.GetLength(0); k++)
        {
            (a[p, k], a[q, k]) = ((cosine * a[p, k]) - (sine * a[q, k]), (sine * a[p, k]) + (cosine * a[q, k]));
            (vectors[k, p], vectors[k, q]) = ((cosine * vectors[k, p]) - (sine * vectors[k, q]), (sine * vectors[k, p]) + (cosine * vectors[k, q]));
        }

        (a[p, q], a[q, p]) = (0, 0);
    }
}
