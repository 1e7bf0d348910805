using Diffusion.ScoreModels.Mixture;

using static TorchSharp.torch;

namespace Diffusion.ScoreModels.Rows;

/// <summary>The sums over rows of <see cref="RowMixture"/> in tensor operations: any device, any levels, differentiable in the points.</summary>
/// <remarks>Rows come in blocks, so that what is held at a time is bounded; autograd keeps every block for its way back.</remarks>
/// <param name="points">z, shape (B, D).</param>
/// <param name="rows">y, N × D.</param>
/// <param name="eigenvalues">λ, D.</param>
/// <param name="levels">The levels of the batch.</param>
internal sealed class RowTensors(Tensor points, double[] rows, double[] eigenvalues, NoiseLevels levels)
{
    private const long LargestBlock = 1 << 21;

    private readonly long _dimension = points.shape[1];

    /// <summary>slope · Σ_j r_j (z − α y_j) + share · Σ_j r_j y_j, shape (B, D).</summary>
    public Tensor Posterior(PosteriorMean mean)
    {
        Tensor total = zeros([points.shape[0], 1], dtype: points.dtype, device: points.device);
        (Tensor? largest, Tensor differences, Tensor means) = (null, zeros_like(points), zeros_like(points));
        foreach ((Tensor block, Tensor difference, Tensor logits) in Blocks())
        {
            Tensor top = logits.detach().amax([1], keepdim: true);
            Tensor now = largest is null ? top : largest.maximum(top);
            Tensor weights = (logits - now).exp();
            Tensor kept = largest is null ? ones_like(now) : (largest - now).exp();
            total = (total * kept) + weights.sum(dim: 1, keepdim: true);
            differences = (differences * kept) + weights.unsqueeze(1).matmul(difference).squeeze(1);
            means = (means * kept) + weights.matmul(block);
            largest = now;
        }

        return ((differences * PerEigenvalue(mean.Slope)) + levels.Scale(mean.Share, means)) / total;
    }

    /// <summary>log p_t, shape (B).</summary>
    public Tensor LogDensity()
    {
        Tensor[] parts = [.. Blocks().Select(block => block.Logits.logsumexp(1))];
        double count = rows.Length / _dimension;
        Tensor constant = PerEigenvalue((level, eigenvalue) => -0.5 * Math.Log(2 * Math.PI * Variance(level, eigenvalue))).sum(-1);
        return stack(parts, 1).logsumexp(1) + constant - Math.Log(count);
    }

    // Rows (n, D), differences z − α y (B, n, D) and logits (B, n).
    private IEnumerable<(Tensor Rows, Tensor Difference, Tensor Logits)> Blocks()
    {
        Tensor alpha = levels.Coefficients(l => l.Alpha, points).unsqueeze(1);
        Tensor precision = PerEigenvalue((level, eigenvalue) => -0.5 / Variance(level, eigenvalue)).unsqueeze(1);
        int size = (int)(Math.Max(1, LargestBlock / points.numel()) * _dimension);
        for (int first = 0; first < rows.Length; first += size)
        {
            double[] numbers = rows[first..Math.Min(first + size, rows.Length)];
            Tensor block = tensor(numbers, [numbers.Length / _dimension, _dimension], dtype: points.dtype, device: points.device);
            Tensor difference = points.unsqueeze(1) - (block * alpha);
            yield return (block, difference, (difference.square() * precision).sum(-1));
        }
    }

    private static double Variance(NoiseLevel level, double eigenvalue) => (level.Alpha * level.Alpha * eigenvalue) + (level.Sigma * level.Sigma);

    // Shape (B or 1, D).
    private Tensor PerEigenvalue(Func<NoiseLevel, double, double> coefficient)
    {
        double[] values = new double[levels.Count * eigenvalues.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = coefficient(levels[i / eigenvalues.Length], eigenvalues[i % eigenvalues.Length]);
        return tensor(values, [levels.Count, _dimension], dtype: points.dtype, device: points.device);
    }
}
