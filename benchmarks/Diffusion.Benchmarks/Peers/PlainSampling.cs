using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Benchmarks.Peers;

/// <summary>Euler's method along Karras's grid, as a careful user writes it in TorchSharp alone: a dispose scope a step, the state changed in place.</summary>
internal static class PlainSampling
{
    /// <param name="denoise">D for the state and its σ.</param>
    /// <param name="batch">Rows of two numbers.</param>
    /// <param name="steps">Steps.</param>
    public static void Run(Func<Tensor, double, Tensor> denoise, int batch, int steps)
    {
        double[] sigmas = Karras(steps);
        using IDisposable withoutGradient = no_grad();
        using DisposeScope run = NewDisposeScope();
        Tensor x = randn(batch, 2).mul_(sigmas[0]);
        for (int i = 0; i < steps; i++)
        {
            using DisposeScope step = NewDisposeScope();
            double ratio = sigmas[i + 1] / sigmas[i];

            // x + (σ′ − σ) (x − D)/σ
            Tensor denoised = denoise(x, sigmas[i]);
            x.mul_(ratio).add_(denoised, alpha: 1 - ratio);
        }

        if (!isfinite(x).all().item<bool>())
            throw new InvalidOperationException("The samples diverged.");
    }

    private static double[] Karras(int steps)
    {
        const double Rho = 7;
        double high = Math.Pow(80, 1 / Rho);
        double low = Math.Pow(0.002, 1 / Rho);
        return [.. Enumerable.Range(0, steps).Select(i => Math.Pow(high + (i / Math.Max(1.0, steps - 1) * (low - high)), Rho)), 0];
    }
}
