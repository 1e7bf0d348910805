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
}
