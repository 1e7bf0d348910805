namespace Diffusion;

/// <summary>One component of a <see cref="GaussianMixture"/>.</summary>
/// <param name="Weight">w_k, positive.</param>
/// <param name="Mean">μ_k, length D.</param>
/// <param name="Covariance">C_k, D × D, symmetric and positive definite.</param>
public sealed record GaussianComponent(double Weight, IReadOnlyList<double> Mean, double[,] Covariance)
{
    /// <summary>s² where C = s² I, otherwise null.</summary>
    public double? IsotropicVariance
    {
        get
        {
            int dimension = Mean.Count;
            for (int i = 0; i < dimension; i++)
            {
                for (int j = 0; j < dimension; j++)
                {
                    if (Covariance[i, j] != (i == j ? Covariance[0, 0] : 0))
                        return null;
                }
            }

            return Covariance[0, 0];
        }
    }

    /// <summary>A component N(μ, s² I).</summary>
    public static GaussianComponent Isotropic(double weight, IReadOnlyList<double> mean, double standardDeviation)
    {
        double[,] covariance = new double[mean.Count, mean.Count];
        for (int i = 0; i < mean.Count; i++)
            covariance[i, i] = standardDeviation * standardDeviation;
        return new(weight, mean, covariance);
    }

    /// <summary>L, lower triangular with L Lᵀ = C, so that μ + L z with z ~ N(0, I) is a draw.</summary>
    /// <exception cref="ArgumentException">The covariance is not symmetric and positive definite.</exception>
    public double[,] CholeskyFactor()
    {
        int dimension = Mean.Count;
        double[,] factor = new double[dimension, dimension];
        for (int i = 0; i < dimension; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double rest = Covariance[i, j];
                for (int k = 0; k < j; k++)
                    rest -= factor[i, k] * factor[j, k];

                if (Covariance[i, j] != Covariance[j, i] || (i == j && !(rest > 0)))
                    throw new ArgumentException("A covariance must be symmetric and positive definite (a standard deviation greater than zero).");
                factor[i, j] = i == j ? Math.Sqrt(rest) : rest / factor[j, j];
            }
        }

        return factor;
    }
}
