using MathNet.Numerics.LinearAlgebra;

using static TorchSharp.torch;

namespace Diffusion.Losses;

/// <summary>The score of a Gaussian mixture along a Gaussian path.</summary>
/// <remarks>
/// <code>
/// p_t = Σ_k w_k N(α μ_k, S_k),  S_k = α² C_k + σ² I,     ∇ log p_t(x) = −Σ_k r_k S_k⁻¹ (x − α μ_k)
/// </code>
/// in the eigenbasis Q_k of C_k, where S_k is diagonal at every level.
/// </remarks>
internal sealed class MixtureScore(GaussianMixture mixture)
{
    private readonly Component[] _components = [.. mixture.Components.Select(Component.InEigenbasis)];

    /// <summary>∇ log p_t at x, shape (B, D), float64.</summary>
    public Tensor At(Tensor x, NoiseLevels levels)
    {
        Tensor alpha = levels.Coefficients(l => l.Alpha, x);
        Tensor noise = levels.Coefficients(l => l.Sigma * l.Sigma, x);
        var logits = new Tensor[_components.Length];
        var scores = new Tensor[_components.Length];
        for (int k = 0; k < _components.Length; k++)
        {
            Component component = _components[k];
            Tensor basis = tensor(component.Basis, dtype: x.dtype, device: x.device);
            Tensor variances = (alpha.square() * tensor(component.Variances, dtype: x.dtype, device: x.device)) + noise;
            Tensor along = (x - (alpha * tensor(component.Mean, dtype: x.dtype, device: x.device))).matmul(basis);
            Tensor whitened = along / variances;
            logits[k] = (((along * whitened) + variances.log()).sum(dim: 1) * -0.5) + component.LogWeight;
            scores[k] = -whitened.matmul(basis.transpose(0, 1));
        }

        Tensor responsibilities = stack(logits, 1).softmax(1).unsqueeze(2);
        return (responsibilities * stack(scores, 1)).sum(dim: 1);
    }

    private sealed record Component(double LogWeight, double[] Mean, double[] Variances, double[,] Basis)
    {
        public static Component InEigenbasis(GaussianComponent component)
        {
            var eigen = Matrix<double>.Build.DenseOfArray(component.Covariance).Evd(Symmetricity.Symmetric);
            return new(Math.Log(component.Weight), [.. component.Mean], [.. eigen.EigenValues.Select(value => value.Real)], eigen.EigenVectors.ToArray());
        }
    }
}
