using System.Runtime.InteropServices;
using Diffusion.ScoreModels.Mixture;

using static TorchSharp.torch;

namespace Diffusion.ScoreModels.Rows;

/// <summary>
/// A Gaussian of one covariance C around every row of a data set, all of equal weight: the data themselves where C = 0, a kernel density
/// estimate otherwise. x_t then is a mixture of N(α y_j, α² C + σ² I).
/// </summary>
/// <remarks>
/// Rows are held in the eigenbasis of C, where every covariance is diagonal: with z the point and y the rows in that basis, λ the
/// eigenvalues, v = α² λ + σ² and r_j ∝ exp(−½ Σ (z − α y_j)²/v), a prediction of any kind is
/// <code>
/// slope · Σ_j r_j (z − α y_j) + share · Σ_j r_j y_j
/// </code>
/// with slope and share as in <see cref="PosteriorMean"/>. Rows are streamed in blocks with a running maximum of their logits.
/// </remarks>
internal sealed class RowMixture
{
    private readonly int _count;
    private readonly int _dimension;
    private readonly double[] _eigenvalues;
    private readonly double[] _rows;

    // An eigenvector a column, D × D; empty where C is a multiple of the identity.
    private readonly double[] _eigenvectors = [];

    /// <summary>C = h² I; h may be 0.</summary>
    /// <param name="rows">Float64, shape (N, …).</param>
    /// <param name="bandwidth">h.</param>
    public RowMixture(Tensor rows, double bandwidth)
    {
        (_count, _dimension) = ((int)rows.shape[0], (int)(rows.numel() / rows.shape[0]));
        _eigenvalues = new double[_dimension];
        Array.Fill(_eigenvalues, bandwidth * bandwidth);
        _rows = Numbers(rows);
    }

    /// <summary>Any C.</summary>
    /// <param name="rows">Float64, shape (N, …).</param>
    /// <param name="covariance">C, row by row, D².</param>
    public RowMixture(Tensor rows, double[] covariance)
    {
        (_count, _dimension) = ((int)rows.shape[0], (int)(rows.numel() / rows.shape[0]));
        using var scope = NewDisposeScope();
        (Tensor values, Tensor vectors) = linalg.eigh(tensor(covariance, [_dimension, _dimension]));
        _eigenvalues = Numbers(values.clamp_min(0));
        _eigenvectors = Numbers(vectors);
        _rows = Numbers(rows.reshape(_count, _dimension).matmul(vectors));
    }

    /// <summary>The prediction at a batch of points.</summary>
    public Prediction Predict(Tensor x, NoiseLevels levels)
    {
        PosteriorMean mean = PosteriorMean.BestConditioned(levels);
        Tensor points = IntoBasis(x.reshape(x.shape[0], -1));
        Tensor value = FusedRows.Takes(points, levels)
            ? FusedRows.Posterior(points, _rows, _eigenvalues, levels[0], mean)
            : new RowTensors(points, _rows, _eigenvalues, levels).Posterior(mean);
        return new Prediction(mean.Kind, OutOfBasis(value).reshape(x.shape), x, levels);
    }

    /// <summary>log p_t, shape (B).</summary>
    public Tensor LogDensity(Tensor x, NoiseLevels levels) =>
        new RowTensors(IntoBasis(x.reshape(x.shape[0], -1)), _rows, _eigenvalues, levels).LogDensity();

    private Tensor IntoBasis(Tensor points) => _eigenvectors.Length == 0 ? points : points.matmul(Basis(points));

    private Tensor OutOfBasis(Tensor points) => _eigenvectors.Length == 0 ? points : points.matmul(Basis(points).t());

    private Tensor Basis(Tensor like) => tensor(_eigenvectors, [_dimension, _dimension], dtype: like.dtype, device: like.device);

    private static double[] Numbers(Tensor tensor) => MemoryMarshal.Cast<byte, double>(tensor.contiguous().bytes).ToArray();
}
