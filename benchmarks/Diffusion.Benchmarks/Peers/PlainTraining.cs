using TorchSharp;
using TorchSharp.Modules;

using static TorchSharp.torch;

namespace Diffusion.Benchmarks.Peers;

/// <summary>
/// Training of <see cref="PlainNetwork"/> by denoising score matching, as a careful user writes it in TorchSharp alone: its Adam, its clipping, an
/// averaged copy of the weights and libtorch's own random numbers.
/// </summary>
internal static class PlainTraining
{
    public static void Run(Tensor data, int batch, int steps)
    {
        using DisposeScope run = NewDisposeScope();
        data = data.to(ScalarType.Float32);
        using var network = new PlainNetwork();
        Parameter[] parameters = [.. network.parameters()];
        using optim.Optimizer optimizer = optim.Adam(parameters, 1e-3);
        Tensor[] average = [.. parameters.Select(parameter => parameter.detach().clone())];
        double low = Math.Log(0.01);
        double high = Math.Log(80);
        for (int step = 0; step < steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor clean = data.index_select(0, randint(data.shape[0], [batch], dtype: ScalarType.Int64));
            Tensor share = arange(batch, dtype: ScalarType.Float32).add_(rand(1)).div_(batch);
            Tensor sigma = share.mul_(high - low).add_(low).exp_().unsqueeze(1);
            Tensor noise = randn_like(clean);
            Tensor x = addcmul(clean, sigma, noise, 1);

            optimizer.zero_grad();
            Tensor predicted = (x - network.Denoise(x, sigma)) / sigma;
            Tensor loss = (predicted - noise).square().mean() * 0.5;
            loss.backward();
            nn.utils.clip_grad_norm_(parameters, 1);
            optimizer.step();
            using (no_grad())
            {
                double weight = 1 - Math.Min(0.999, (1.0 + step) / (10.0 + step));
                for (int i = 0; i < parameters.Length; i++)
                    average[i].lerp_(parameters[i], weight);
            }

            if (!float.IsFinite(loss.item<float>()))
                throw new InvalidOperationException("The training diverged.");
        }
    }
}
