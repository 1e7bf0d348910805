using TorchSharp.Modules;

using static TorchSharp.torch;

namespace Diffusion.Benchmarks.Peers;

/// <summary>
/// The 3 × 128 network of <c>peers/peer.py</c> in TorchSharp alone: a point and Fourier features of log(α/σ), SiLU, EDM preconditioning with
/// σ_d = 1 and α = 1. The first layer is split as in the product, so that one row of features serves a batch of one level.
/// </summary>
internal sealed class PlainNetwork : nn.Module
{
    private const int Width = 128;
    private const int Frequencies = 8;
    private const double Limit = 10;

    private readonly Linear _point = nn.Linear(2, Width, hasBias: false);
    private readonly Linear _level = nn.Linear(2 * Frequencies, Width);
    private readonly Linear _second = nn.Linear(Width, Width);
    private readonly Linear _third = nn.Linear(Width, Width);
    private readonly Linear _output = nn.Linear(Width, 2);
    private readonly Tensor _frequencies = arange(1, Frequencies + 1, dtype: ScalarType.Float32).mul_(Math.PI / 2 / Limit);

    public PlainNetwork()
        : base(nameof(PlainNetwork)) => RegisterComponents();

    /// <summary>D for the batch's one level, whose coefficients are numbers. Without gradients.</summary>
    public Tensor Denoise(Tensor x, double sigma)
    {
        double scale = 1 + (sigma * sigma);
        float[] features = new float[2 * Frequencies];
        double angle = Math.Clamp(-Math.Log(sigma), -Limit, Limit) * Math.PI / 2 / Limit;
        for (int i = 0; i < Frequencies; i++)
            (features[i], features[Frequencies + i]) = ((float)Math.Sin((i + 1) * angle), (float)Math.Cos((i + 1) * angle));

        Tensor h = _level.forward(tensor(features, [1, 2 * Frequencies])).addmm(x * (1 / Math.Sqrt(scale)), _point.weight.t()).silu_();
        h = _second.forward(h).silu_();
        h = _third.forward(h).silu_();
        return (x * (1 / scale)).add_(_output.forward(h), alpha: sigma / Math.Sqrt(scale));
    }

    /// <summary>D for one level a row, <paramref name="sigma"/> of shape (B, 1).</summary>
    public Tensor Denoise(Tensor x, Tensor sigma)
    {
        Tensor scale = sigma.square().add_(1);
        Tensor inverse = scale.rsqrt();
        Tensor angle = sigma.log().neg_().clamp_(-Limit, Limit) * _frequencies;
        Tensor h = nn.functional.silu(_point.forward(x * inverse) + _level.forward(cat([angle.sin(), angle.cos()], 1)));
        h = nn.functional.silu(_second.forward(h));
        h = nn.functional.silu(_third.forward(h));
        return (x / scale) + (sigma * inverse * _output.forward(h));
    }
}
