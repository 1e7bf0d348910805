using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.ScoreModels.Embedding;
using Diffusion.ScoreModels.Preconditioning;
using Diffusion.ScoreModels.UNet;

using static TorchSharp.torch;

namespace Diffusion.ScoreModels;

/// <summary>Options of <see cref="UNetScoreModel"/>.</summary>
public sealed record UNetOptions : ComponentOptions, IValidatableObject
{
    private const int MostLevels = 8;
    private const int LargestMultiplier = 64;

    /// <summary>Channels at full resolution.</summary>
    [Range(1, 4096)]
    [Description("Channels at full resolution, before multipliers.")]
    public int Channels { get; init; } = 32;

    /// <summary>Channels of each level, relative to <see cref="Channels"/>.</summary>
    [Description("Channels of each level as multiples of \"channels\", full resolution first; each level after the first halves height and width.")]
    public int[] Multipliers { get; init; } = [1, 2];

    /// <summary>Residual blocks a level.</summary>
    [Range(1, 16)]
    [Description("Residual blocks of each level on the way down; there is one more on the way up.")]
    public int Blocks { get; init; } = 1;

    /// <summary>Heights of the levels that attend.</summary>
    [Description("Heights (in pixels) of the levels whose blocks have self-attention, beside the block in the middle, which always has.")]
    public int[] Attention { get; init; } = [];

    /// <summary>Share of activations that training drops.</summary>
    [Range(0, 0.9)]
    [Description("Share of activations that is set to 0 in each block in training.")]
    public double Dropout { get; init; }

    /// <summary>What the network's output stands for.</summary>
    [Description(
        "What the network's output stands for: edm (preconditioned), noise, data, v, score, velocity, or as the networks of vp, ve and iddpm have it.")]
    public NetworkOutput Parameterization { get; init; }

    /// <summary>σ_d.</summary>
    [Range(1e-6, 1e6)]
    [Description("Standard deviation of the data, for the scaling of input and output; 0.5 is usual for images in [−1, 1].")]
    public double SigmaData { get; init; } = 0.5;

    /// <summary>How the network is told the noise level.</summary>
    [Description("How the network is told the noise level: log-snr (harmonics of the log-SNR), fourier (Gaussian Fourier features) or sinusoidal, "
        + "the latter two of the parameterization's own label.")]
    public LevelEmbedding Embedding { get; init; }

    /// <summary>F.</summary>
    [Range(1, 256)]
    [Description("Frequencies of the noise embedding; it has a sine and a cosine of each.")]
    public int Frequencies { get; init; } = 16;

    /// <summary>Standard deviation of Fourier frequencies.</summary>
    [Range(1e-3, 1e3)]
    [Description("Standard deviation of the fourier embedding's frequencies, in turns per unit of the label.")]
    public double FourierScale { get; init; } = 1;

    /// <summary>Largest |λ| told apart.</summary>
    [Range(1.0, 50.0)]
    [Description("Half log-SNRs beyond this magnitude look alike to the network; 10 covers noise of 4.5e-5 to 22000 times the data's scale.")]
    public double HalfLogSnrLimit { get; init; } = 10;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Multipliers.Length is < 1 or > MostLevels)
            yield return new($"there are 1 to {MostLevels} levels", [nameof(Multipliers)]);
        if (Multipliers.Any(multiplier => multiplier is < 1 or > LargestMultiplier))
            yield return new($"each multiplier lies between 1 and {LargestMultiplier}", [nameof(Multipliers)]);
        if (Attention.Any(height => height < 1))
            yield return new("heights are positive", [nameof(Attention)]);
    }
}

/// <summary>A convolutional score network for images, shape (B, C, H, W): a U-Net of the DDPM++ kind.</summary>
/// <remarks>
/// Residual blocks with group normalisation and SiLU, the noise level as a scale and a shift in each of them, self-attention with one head at chosen
/// resolutions, averages of 2 × 2 pixels on the way down and copies on the way up, and a skip connection from every block down to the one up. Sums of
/// a block and its skip are scaled by √½, and the last layer of each block starts near zero. As for <see cref="MlpScoreModel"/>, the network sees c_in x_t and
/// σ/α alone, so that one network serves all schedules. Initial weights and the seed of dropout come from libtorch's global generator.
/// </remarks>
[Component(ComponentKind.ScoreModel, "u-net", "A convolutional network for images, with residual blocks, skip connections and attention.",
    Reference = "Song et al. 2021, DDPM++, in the form of Karras et al. 2022, Elucidating the Design Space of Diffusion-Based Generative Models",
    Aliases = ["unet", "ddpmpp"])]
[Variant("embedding=fourier", "attention=[8]")]
public sealed class UNetScoreModel : ITrainableScoreModel, IDisposable
{
    private readonly Preconditioner _preconditioner;
    private readonly NoiseEmbedding _embedding;
    private readonly UNetNetwork _network;

    /// <param name="options">The network.</param>
    /// <param name="data">The data to denoise; only their shape counts.</param>
    /// <exception cref="ArgumentException">The data are no images, or cannot be halved as often as the options ask for.</exception>
    public UNetScoreModel(UNetOptions options, DataDescription data)
    {
        Check(options, data);
        _preconditioner = Preconditioner.ForOutput(options.Parameterization, options.SigmaData);
        _embedding = NoiseEmbedding.Create(options.Embedding, options.Frequencies, options.FourierScale, _preconditioner, options.HalfLogSnrLimit);
        _network = new UNetNetwork(options, data.Shape[0], data.Shape[1], _embedding.Features);
    }

    /// <inheritdoc/>
    public nn.Module Network => _network;

    /// <inheritdoc/>
    public Prediction Predict(Tensor x, NoiseLevels levels)
    {
        Tensor output = _network.Evaluate(levels.Scale(_preconditioner.Input, x), _embedding.Embed(levels, x));
        return _preconditioner.Read(output, x, levels);
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _network.Dispose();

    private static void Check(UNetOptions options, DataDescription data)
    {
        if (data.Shape is not [_, var height, var width])
            throw new ArgumentException($"u-net is for images, shape (C, H, W), and a sample of '{data.Name}' has the shape ({string.Join(", ", data.Shape)}). "
                + "Use \"mlp\" for rows of numbers.");
        long factor = 1L << (options.Multipliers.Length - 1);
        if (height % factor != 0 || width % factor != 0)
        {
            int levels = 1 + (int)Math.Min(long.TrailingZeroCount(height), long.TrailingZeroCount(width));
            throw new ArgumentException($"u-net with {options.Multipliers.Length} multipliers halves images {options.Multipliers.Length - 1} times, and those of "
                + $"'{data.Name}' have {height} × {width} pixels; give at most {levels} \"multipliers\".");
        }

        long[] heights = [.. Enumerable.Range(0, options.Multipliers.Length).Select(level => height >> level)];
        if (options.Attention.FirstOrDefault(asked => !heights.Contains(asked)) is var unknown and > 0)
            throw new ArgumentException($"u-net has no level of height {unknown} to attend at (\"attention\"); its levels have the heights "
                + $"{string.Join(", ", heights)}.");
    }
}
