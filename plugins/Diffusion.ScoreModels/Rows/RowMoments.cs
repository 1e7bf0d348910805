using static TorchSharp.torch;

namespace Diffusion.ScoreModels.Rows;

/// <summary>Mean and covariance of rows, in float64.</summary>
internal static class RowMoments
{
    /// <summary>The mean μ, length D, and the sample covariance Σ (x − μ)(x − μ)ᵀ/(N − 1), row by row.</summary>
    /// <param name="rows">Float64, shape (N, D).</param>
    /// <exception cref="ArgumentException">There are fewer than two rows.</exception>
    public static (double[] Mean, double[] Covariance) Compute(Tensor rows)
    {
        if (rows.shape[0] < 2)
            throw new ArgumentException("A covariance takes at least two rows.");

        using var scope = NewDisposeScope();
        Tensor mean = rows.mean([0]);
        Tensor centred = rows - mean;
        Tensor covariance = centred.t().matmul(centred) / (rows.shape[0] - 1);
        return (mean.data<double>().ToArray(), ((covariance + covariance.t()) / 2).contiguous().data<double>().ToArray());
    }
}
