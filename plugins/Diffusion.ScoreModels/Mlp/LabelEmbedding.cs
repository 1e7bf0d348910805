using static TorchSharp.torch;

namespace Diffusion.ScoreModels.Mlp;

/// <summary>Sines and cosines of the preconditioner's label c_noise times fixed frequencies.</summary>
/// <param name="frequencies">The frequencies, in radians a unit of the label.</param>
/// <param name="label">c_noise as a function of σ/α.</param>
/// <param name="limit">Half log-SNRs beyond ±limit look alike.</param>
internal sealed class LabelEmbedding(double[] frequencies, Func<double, double> label, double limit) : NoiseEmbedding(frequencies.Length, limit)
{
    /// <summary>
    /// Gaussian Fourier features (Tancik et al. 2020; Song et al. 2021): 2π times normal frequencies, here the normal distribution's
    /// quantiles at (j − ½)/F instead of draws from it, so that the features are no matter of a seed. By symmetry half of them would
    /// repeat the other half up to a sign, hence the absolute values' quantiles.
    /// </summary>
    public static double[] Fourier(int count, double scale)
    {
        using var scope = NewDisposeScope();
        Tensor shares = (arange(count, dtype: ScalarType.Float64) + 0.5) / count;
        return (shares.erfinv() * (2 * Math.PI * Math.Sqrt(2) * scale)).data<double>().ToArray();
    }

    /// <summary>The positional embedding of transformers (Vaswani et al. 2017; Ho et al. 2020): 10000^(−j/F), j = 0 … F − 1.</summary>
    public static double[] Sinusoidal(int count) => [.. Enumerable.Range(0, count).Select(j => Math.Pow(1e4, -(double)j / count))];

    /// <inheritdoc/>
    protected override void Fill(double halfLogSnr, Span<double> sines, Span<double> cosines)
    {
        double value = label(Math.Exp(-halfLogSnr));
        for (int j = 0; j < sines.Length; j++)
            (sines[j], cosines[j]) = Math.SinCos(value * frequencies[j]);
    }
}
