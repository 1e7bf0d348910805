using MathNet.Numerics.LinearAlgebra;

namespace Diffusion.Studies.Girsanov;

/// <summary>N(m, C) in D dimensions.</summary>
/// <param name="Mean">m.</param>
/// <param name="Covariance">C.</param>
internal sealed record GaussianLaw(Vector<double> Mean, Matrix<double> Covariance)
{
    /// <summary>α x + σ ε.</summary>
    public GaussianLaw At(NoiseLevel level) => new(
        level.Alpha * Mean, (level.Alpha * level.Alpha * Covariance) + (level.Sigma * level.Sigma * Matrix<double>.Build.DenseIdentity(Mean.Count)));

    /// <summary>KL(this ‖ other) = ½ [tr(C'⁻¹ C) − D + (m' − m)ᵀ C'⁻¹ (m' − m) + log det C' − log det C], in nats.</summary>
    public double KullbackLeibler(GaussianLaw other)
    {
        var factor = other.Covariance.Cholesky();
        Vector<double> offset = other.Mean - Mean;
        return 0.5 * (factor.Solve(Covariance).Trace() - Mean.Count + offset.DotProduct(factor.Solve(offset)) + factor.DeterminantLn
            - Covariance.Cholesky().DeterminantLn);
    }
}
