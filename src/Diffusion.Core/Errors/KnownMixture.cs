using Diffusion.Core.Randomness;
using MathNet.Numerics.LinearAlgebra;

using static TorchSharp.torch;

namespace Diffusion.Core.Errors;

/// <summary>A Gaussian mixture, whose noisy versions are mixtures.</summary>
/// <remarks>
/// x_t ~ Σ_k w_k N(α μ_k, S_k), S_k = α² C_k + σ² I. With r_k ∝ w_k N(x_t; α μ_k, S_k)
/// <code>
/// E[x_0 | x_t] = Σ_k r_k [μ_k + α C_k S_k⁻¹ (x_t − α μ_k)]
/// </code>
/// in the eigenbasis of C_k, where S_k is diagonal at every level.
/// </remarks>
internal sealed class KnownMixture(GaussianMixture mixture) : IKnownLaw
{
    private readonly Component[] _components = [.. mixture.Components.Select(Component.InEigenbasis)];

    public Tensor Draw(NoiseKey key, long firstSample, long stream, Tensor like) => new PhiloxNoiseSource(key, firstSample, 1).Initial(like, mixture);

    public (Tensor Denoised, Tensor LogDensity) Posterior(Tensor x, NoiseLevels levels)
    {
        Tensor alpha = levels.Coefficients(level => level.Alpha, x), noise = levels.Coefficients(level => level.Sigma * level.Sigma, x);
        Tensor logWeights = stack([.. _components.Select(component => component.LogDensity(x, alpha, noise))], 1);
        Tensor logDensity = logWeights.logsumexp(1);
        Tensor posterior = (logWeights - logDensity.unsqueeze(1)).exp();
        Tensor denoised = zeros_like(x);
        for (int k = 0; k < _components.Length; k++)
            denoised.add_(posterior.narrow(1, k, 1) * _components[k].Denoised(x, alpha, noise));
        return (denoised, logDensity);
    }

    // Basis is null where C is a multiple of the identity, which has any basis.
    private sealed record Component(double LogWeight, double[] Mean, double[] Variances, double[,]? Basis)
    {
        public static Component InEigenbasis(GaussianComponent component)
        {
            if (component.IsotropicVariance is { } variance)
                return new(Math.Log(component.Weight), [.. component.Mean], [.. Enumerable.Repeat(variance, component.Mean.Count)], null);
            var eigen = Matrix<double>.Build.DenseOfArray(component.Covariance).Evd(Symmetricity.Symmetric);
            return new(Math.Log(component.Weight), [.. component.Mean], [.. eigen.EigenValues.Select(value => value.Real)], eigen.EigenVectors.ToArray());
        }

        /// <summary>log(w N(x; α μ, S)), shape (B).</summary>
        public Tensor LogDensity(Tensor x, Tensor alpha, Tensor noise)
        {
            Tensor variances = Noisy(alpha, noise), along = Along(x, alpha);
            return ((along.square() / variances) + (variances * (2 * Math.PI)).log()).sum(dim: 1).mul_(-0.5).add_(LogWeight);
        }

        /// <summary>μ + α C S⁻¹ (x − α μ), shape (B, D).</summary>
        public Tensor Denoised(Tensor x, Tensor alpha, Tensor noise)
        {
            Tensor moved = alpha * tensor(Variances) / Noisy(alpha, noise) * Along(x, alpha);
            return (Basis is null ? moved : moved.matmul(tensor(Basis).t())) + tensor(Mean);
        }

        private Tensor Noisy(Tensor alpha, Tensor noise) => (alpha.square() * tensor(Variances)) + noise;

        private Tensor Along(Tensor x, Tensor alpha)
        {
            Tensor difference = x - (alpha * tensor(Mean));
            return Basis is null ? difference : difference.matmul(tensor(Basis));
        }
    }
}
