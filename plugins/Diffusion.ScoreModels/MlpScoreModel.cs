using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.ScoreModels.Mlp;
using Diffusion.ScoreModels.Preconditioning;

using static TorchSharp.torch;

namespace Diffusion.ScoreModels;

/// <summary>Options of <see cref="MlpScoreModel"/>.</summary>
public sealed record MlpOptions : ComponentOptions
{
    /// <summary>Units per hidden layer.</summary>
    [Range(1, 16384)]
    [Description("Units per hidden layer.")]
    public int Width { get; init; } = 128;

    /// <summary>Hidden layers.</summary>
    [Range(1, 64)]
    [Description("Hidden layers.")]
    public int Layers { get; init; } = 3;

    /// <summary>What the network's output stands for.</summary>
    [Description(
        "What the network's output stands for: edm (preconditioned), noise, data, v, score, velocity, or as the networks of vp, ve and iddpm have it.")]
    public NetworkOutput Parameterization { get; init; }

    /// <summary>σ_d.</summary>
    [Range(1e-6, 1e6)]
    [Description("Standard deviation of the data, for the scaling of input and output; 1 for standardised data.")]
    public double SigmaData { get; init; } = 1;

    /// <summary>How the network is told the noise level.</summary>
    [Description("How the network is told the noise level: log-snr (harmonics of the log-SNR), fourier (Gaussian Fourier features) or sinusoidal, "
        + "the latter two of the parameterization's own label.")]
    public MlpEmbedding Embedding { get; init; }

    /// <summary>F.</summary>
    [Range(1, 256)]
    [Description("Frequencies of the noise embedding; it has a sine and a cosine of each.")]
    public int Frequencies { get; init; } = 8;

    /// <summary>Standard deviation of Fourier frequencies.</summary>
    [Range(1e-3, 1e3)]
    [Description("Standard deviation of the fourier embedding's frequencies, in turns per unit of the label.")]
    public double FourierScale { get; init; } = 1;

    /// <summary>Largest |λ| told apart.</summary>
    [Range(1.0, 50.0)]
    [Description("Half log-SNRs beyond this magnitude look alike to the network; 10 covers noise of 4.5e-5 to 22000 times the data's scale.")]
    public double HalfLogSnrLimit { get; init; } = 10;
}

/// <summary>A multilayer perceptron score network with SiLU units and Fourier features of the noise level.</summary>
/// <remarks>
/// The network sees c_in x_t and the noise to signal ratio σ/α and nothing else of the level. Both are the same along every Gaussian path
/// through the same x_t/α and σ/α, so a network trained under one schedule serves all others. For edm, predictions come in the form in
/// which no digits cancel: with S = σ² + α² σ_d²,
/// <code>
/// noise  ε̂ = (σ/S) x − (α σ_d/√S) F              where σ &lt; α
/// data   D = (α σ_d²/S) x + (σ σ_d/√S) F          where σ ≥ α
/// v        = (α σ (1 − σ_d²)/S) x − (σ_d (α² + σ²)/√S) F     where the levels of a batch differ
/// </code>
/// The other parameterizations are those of <see cref="Preconditioner"/>'s classes. Initial weights are PyTorch's defaults for linear layers,
/// drawn from libtorch's global generator.
/// </remarks>
[Component(ComponentKind.ScoreModel, "mlp", "A multilayer perceptron, conditioned on the noise level alone.",
    Reference = "Karras et al. 2022, Elucidating the Design Space of Diffusion-Based Generative Models, equation 7")]
public sealed class MlpScoreModel : ITrainableScoreModel, IDisposable
{
    private readonly Preconditioner _preconditioner;
    private readonly NoiseEmbedding _embedding;
    private readonly MlpNetwork _network;

    /// <param name="options">The network.</param>
    /// <param name="data">The data to denoise; only their shape counts.</param>
    public MlpScoreModel(MlpOptions options, DataDescription data)
    {
        _preconditioner = options.Parameterization switch
        {
            NetworkOutput.Edm => new EdmPreconditioner(options.SigmaData),
            NetworkOutput.Vp => new VariancePreservingPreconditioner(),
            NetworkOutput.Ve => new VarianceExplodingPreconditioner(),
            NetworkOutput.Iddpm => new IddpmPreconditioner(),
            _ => new PlainPreconditioner(options.Parameterization, options.SigmaData),
        };
        _embedding = options.Embedding switch
        {
            MlpEmbedding.Fourier =>
                new LabelEmbedding(LabelEmbedding.Fourier(options.Frequencies, options.FourierScale), _preconditioner.Label, options.HalfLogSnrLimit),
            MlpEmbedding.Sinusoidal => new LabelEmbedding(LabelEmbedding.Sinusoidal(options.Frequencies), _preconditioner.Label, options.HalfLogSnrLimit),
            _ => new LogSnrEmbedding(options.Frequencies, options.HalfLogSnrLimit),
        };
        long dimension = data.Shape.Aggregate(1L, (product, size) => product * size);
        _network = new MlpNetwork(dimension, _embedding.Features, options.Width, options.Layers, outputs: dimension);
    }

    /// <inheritdoc/>
    public nn.Module Network => _network;

    /// <inheritdoc/>
    public Prediction Predict(Tensor x, NoiseLevels levels)
    {
        bool isFlat = x.dim() == 2;
        Tensor points = isFlat ? x : x.reshape(x.shape[0], -1);
        Tensor output = _network.Evaluate(levels.Scale(_preconditioner.Input, points), _embedding.Embed(levels, points));
        return _preconditioner.Read(isFlat ? output : output.reshape(x.shape), x, levels);
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _network.Dispose();
}
