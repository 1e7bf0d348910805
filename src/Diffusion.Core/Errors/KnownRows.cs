using Diffusion.Core.Randomness;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Core.Errors;

/// <summary>Rows that are the distribution themselves, each with probability 1/M.</summary>
/// <remarks>
/// With r_j ∝ exp(−|x_t − α y_j|²/(2 σ²)) over the rows y_j, E[x_0 | x_t] = Σ_j r_j y_j (Karras et al. 2022, equation 57). Distances are those of
/// differences, which lose no digits where the noise is small.
/// </remarks>
/// <param name="population">The rows, float64, shape (M, …).</param>
internal sealed class KnownRows(Tensor population) : IKnownLaw
{
    // 32 MB of distances at a time.
    private const long LargestBlock = 1 << 22;

    private Tensor Rows => population.reshape(population.shape[0], -1);

    public Tensor Draw(NoiseKey key, long firstSample, long stream, Tensor like) =>
        Rows.index_select(0, tensor(RowDraw.WithReplacement(key, (int)like.shape[0], population.shape[0], stream)));

    public (Tensor Denoised, Tensor LogDensity) Posterior(Tensor x, NoiseLevels levels)
    {
        Tensor rows = Rows;
        Tensor scaled = x / levels.Coefficients(level => level.Alpha == 0 ? 1 : level.Alpha, x);
        Tensor precision = levels.Coefficients(level => -0.5 / (level.NoiseToSignal * level.NoiseToSignal), x);
        Tensor constant = levels.Coefficients(level => -0.5 * x.shape[1] * Math.Log(2 * Math.PI * level.Sigma * level.Sigma), x).squeeze(1);
        List<Tensor> denoised = [], logDensity = [];
        long block = Math.Max(1, LargestBlock / rows.shape[0]);
        for (long first = 0; first < x.shape[0]; first += block)
        {
            using DisposeScope scope = NewDisposeScope();
            long count = Math.Min(block, x.shape[0] - first);
            Tensor logits = cdist(scaled.narrow(0, first, count), rows, compute_mode: compute_mode.donot_use_mm_for_euclid_dist).pow_(2);
            logits.mul_(levels.IsUniform ? precision : precision.narrow(0, first, count));
            Tensor normaliser = logits.logsumexp(1);
            denoised.Add(scope.MoveToOuter((logits - normaliser.unsqueeze(1)).exp_().matmul(rows)));
            logDensity.Add(scope.MoveToOuter(normaliser - Math.Log(rows.shape[0])));
        }

        return (cat(denoised, 0), cat(logDensity, 0) + constant);
    }
}
