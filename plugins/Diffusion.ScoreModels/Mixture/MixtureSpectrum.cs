using static TorchSharp.torch;

namespace Diffusion.ScoreModels.Mixture;

/// <summary>A mixture with each covariance as eigenvalues and eigenvectors, C_k = Q_k Λ_k Q_kᵀ, so that α² C_k + σ² I is diagonal at every level.</summary>
internal sealed class MixtureSpectrum
{
    public MixtureSpectrum(GaussianMixture mixture)
    {
        Count = mixture.Components.Count;
        Dimension = mixture.Dimension;
        IsIsotropic = mixture.IsIsotropic;
        LogWeights = [.. mixture.Components.Select(component => Math.Log(component.Weight))];
        Means = [.. mixture.Components.SelectMany(component => component.Mean)];
        if (IsIsotropic)
        {
            Eigenvalues = [.. mixture.Components.Select(component => component.IsotropicVariance!.Value)];
            return;
        }

        using var scope = NewDisposeScope();
        double[] covariances = [.. mixture.Components.SelectMany(component => component.Covariance.Cast<double>())];
        (Tensor values, Tensor vectors) = linalg.eigh(tensor(covariances, [Count, Dimension, Dimension]));
        // A covariance without full rank has eigenvalues of 0, which rounding may take below.
        Eigenvalues = values.clamp_min(0).data<double>().ToArray();
        Eigenvectors = vectors.contiguous().data<double>().ToArray();
    }

    /// <summary>K.</summary>
    public int Count { get; }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>Whether every C_k is s_k² I; then there is one eigenvalue a component and no eigenvector.</summary>
    public bool IsIsotropic { get; }

    /// <summary>How many eigenvalues a component has: 1 or D.</summary>
    public int EigenvaluesEach => IsIsotropic ? 1 : Dimension;

    /// <summary>log w_k, length K.</summary>
    public double[] LogWeights { get; }

    /// <summary>μ_k, K × D.</summary>
    public double[] Means { get; }

    /// <summary>Λ_k, K × 1 or K × D.</summary>
    public double[] Eigenvalues { get; }

    /// <summary>Q_k with an eigenvector a column, K × D × D; empty for isotropic components.</summary>
    public double[] Eigenvectors { get; } = [];
}
