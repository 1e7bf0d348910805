using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Diffusion.Certification;

/// <summary>
/// What is known in closed form about a Gaussian mixture under a Gaussian path, in plain float64 loops: no tensors, nothing shared with
/// the score models that are tested against it.
/// </summary>
/// <remarks>
/// Component k of the marginal at (α, σ) is N(α μ_k, V_k) with V_k = α² C_k + σ² I; in the eigenbasis of C_k its variances are
/// α² e + σ², so that ε̂ and D are both sums of positive weights without cancellation at either end of the path.
/// </remarks>
public sealed class ExactMixture
{
    private readonly Component[] _components;

    /// <param name="mixture">The data's distribution.</param>
    public ExactMixture(GaussianMixture mixture)
    {
        Mixture = mixture;
        _components = [.. mixture.Components.Select(Component.InEigenbasis)];
    }

    /// <summary>The data's distribution.</summary>
    public GaussianMixture Mixture { get; }

    /// <summary>D, the dimension of the data.</summary>
    public int Dimension => Mixture.Dimension;

    internal IReadOnlyList<Component> Components => _components;

    /// <summary>log p_t(x), in nats, at the level (α, σ).</summary>
    public double LogDensity(ReadOnlySpan<double> x, double alpha, double sigma)
    {
        double[] logits = Logits(x, alpha, sigma);
        double largest = logits.Max();
        return largest + Math.Log(logits.Sum(logit => Math.Exp(logit - largest))) - (0.5 * Dimension * Math.Log(2 * Math.PI));
    }

    /// <summary>ε̂ = E[ε | x_t = x] at the level (α, σ), length D.</summary>
    public double[] Noise(ReadOnlySpan<double> x, double alpha, double sigma)
    {
        double[] responsibilities = Responsibilities(x, alpha, sigma);
        double[] noise = new double[Dimension];
        for (int k = 0; k < responsibilities.Length; k++)
        {
            Component component = _components[k];
            for (int j = 0; j < noise.Length; j++)
            {
                double variance = (alpha * alpha * component.Eigenvalues[j]) + (sigma * sigma);
                component.AddAlong(j, responsibilities[k] * sigma * component.Along(j, x, alpha) / variance, noise);
            }
        }

        return noise;
    }

    /// <summary>D = E[x_0 | x_t = x] at the level (α, σ), length D.</summary>
    public double[] Denoised(ReadOnlySpan<double> x, double alpha, double sigma)
    {
        double[] responsibilities = Responsibilities(x, alpha, sigma);
        double[] denoised = new double[Dimension];
        for (int k = 0; k < responsibilities.Length; k++)
        {
            Component component = _components[k];
            for (int j = 0; j < denoised.Length; j++)
            {
                double eigenvalue = component.Eigenvalues[j];
                double variance = (alpha * alpha * eigenvalue) + (sigma * sigma);
                denoised[j] += responsibilities[k] * component.Mean[j];
                component.AddAlong(j, responsibilities[k] * alpha * eigenvalue * component.Along(j, x, alpha) / variance, denoised);
            }
        }

        return denoised;
    }

    /// <summary>
    /// Nodes of ε given x_t = x at the level (α, σ) with their density weights p_t(x) · probability: for each component the mean ± one standard deviation
    /// along each of its axes, which integrates polynomials in ε of degree 3 exactly.
    /// </summary>
    internal IEnumerable<(double Weight, double[] Noise)> NoiseNodes(double[] x, double alpha, double sigma)
    {
        double density = Math.Exp(LogDensity(x, alpha, sigma));
        double[] responsibilities = Responsibilities(x, alpha, sigma);
        for (int k = 0; k < responsibilities.Length; k++)
        {
            Component component = _components[k];
            for (int signs = 0; signs < 1 << Dimension; signs++)
            {
                double[] noise = new double[Dimension];
                for (int j = 0; j < Dimension; j++)
                {
                    double signal = alpha * alpha * component.Eigenvalues[j];
                    double variance = signal + (sigma * sigma);
                    double sign = ((signs >> j) & 1) == 1 ? 1 : -1;
                    component.AddAlong(j, (sigma * component.Along(j, x, alpha) / variance) + (sign * Math.Sqrt(signal / variance)), noise);
                }

                yield return (density * responsibilities[k] / (1 << Dimension), noise);
            }
        }
    }

    private double[] Responsibilities(ReadOnlySpan<double> x, double alpha, double sigma)
    {
        double[] weights = Logits(x, alpha, sigma);
        if (weights.Length == 1)
            return [1];

        double largest = weights.Max();
        double total = 0;
        for (int k = 0; k < weights.Length; k++)
            total += weights[k] = Math.Exp(weights[k] - largest);
        for (int k = 0; k < weights.Length; k++)
            weights[k] /= total;
        return weights;
    }

    private double[] Logits(ReadOnlySpan<double> x, double alpha, double sigma)
    {
        double[] logits = new double[_components.Length];
        for (int k = 0; k < logits.Length; k++)
        {
            Component component = _components[k];
            logits[k] = component.LogWeight;
            for (int j = 0; j < x.Length; j++)
            {
                double variance = (alpha * alpha * component.Eigenvalues[j]) + (sigma * sigma);
                double along = component.Along(j, x, alpha);
                logits[k] -= 0.5 * (Math.Log(variance) + (along * along / variance));
            }
        }

        return logits;
    }

    /// <summary>A component in the eigenbasis of its covariance.</summary>
    /// <param name="LogWeight">log w_k.</param>
    /// <param name="Mean">μ_k.</param>
    /// <param name="Eigenvalues">Those of C_k, in the order of the columns of <paramref name="Eigenvectors"/>.</param>
    /// <param name="Eigenvectors">Orthonormal, as columns.</param>
    internal sealed record Component(double LogWeight, double[] Mean, double[] Eigenvalues, double[,] Eigenvectors)
    {
        public static Component InEigenbasis(GaussianComponent component)
        {
            Evd<double> eigen = Matrix<double>.Build.DenseOfArray(component.Covariance).Evd(Symmetricity.Symmetric);
            // A covariance without full rank has eigenvalues of 0, which rounding may take below.
            return new(
                Math.Log(component.Weight), [.. component.Mean], [.. eigen.EigenValues.Select(value => Math.Max(value.Real, 0))], eigen.EigenVectors.ToArray());
        }

        /// <summary>The coordinate of x − α μ along eigenvector <paramref name="j"/>.</summary>
        public double Along(int j, ReadOnlySpan<double> x, double alpha)
        {
            double along = 0;
            for (int i = 0; i < Mean.Length; i++)
                along += (x[i] - (alpha * Mean[i])) * Eigenvectors[i, j];
            return along;
        }

        /// <summary>Adds a multiple of eigenvector <paramref name="j"/>.</summary>
        public void AddAlong(int j, double amount, double[] result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] += amount * Eigenvectors[i, j];
        }
    }
}
