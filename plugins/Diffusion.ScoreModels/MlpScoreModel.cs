using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.ScoreModels.Mlp;

using static TorchSharp.torch;

namespace Diffusion.ScoreModels;

/// <summary>Options of <see cref="MlpScoreModel"/>.</summary>
public sealed record MlpOptions : ComponentOptions
{
    /// <summary>Units a hidden layer.</summary>
    [Range(1, 16384)]
    [Description("Units a hidden layer.")]
    public int Width { get; init; } = 128;

    /// <summary>Hidden layers.</summary>
    [Range(1, 64)]
    [Description("Hidden layers.")]
    public int Layers { get; init; } = 3;

    /// <summary>What the network's output stands for.</summary>
    [Description("What the network's output stands for: edm (preconditioned), noise, data or v.")]
    public MlpParameterization Parameterization { get; init; }

    /// <summary>σ_d.</summary>
    [Range(1e-6, 1e6)]
    [Description("Standard deviation of the data, for the scaling of input and output; 1 for standardised data.")]
    public double SigmaData { get; init; } = 1;

    /// <summary>F.</summary>
    [Range(1, 256)]
    [Description("Frequencies of the noise embedding; it has a sine and a cosine of each.")]
    public int Frequencies { get; init; } = 8;

    /// <summary>Largest |λ| told apart.</summary>
    [Range(1.0, 50.0)]
    [Description("Half log-SNRs beyond this magnitude look alike to the network; 10 covers noise of 4.5e-5 to 22000 times the data's scale.")]
    public double HalfLogSnrLimit { get; init; } = 10;
}

/// <summary>A multilayer perceptron score network with SiLU units and Fourier features of the noise level.</summary>
/// <remarks>
/// The network sees c_in x_t and λ = log(α/σ) and nothing else of the level. Both are the same along every Gaussian path through the same
/// x_t/α and σ/α, so a network trained under one schedule serves all others. For edm, predictions come in the form in which no digits
/// cancel: with S = σ² + α² σ_d²,
/// <code>
/// noise  ε̂ = (σ/S) x − (α σ_d/√S) F              where σ &lt; α
/// data   D = (α σ_d²/S) x + (σ σ_d/√S) F          where σ ≥ α
/// v        = (α σ (1 − σ_d²)/S) x − (σ_d (α² + σ²)/√S) F     where the levels of a batch differ
/// </code>
/// Initial weights are PyTorch's defaults for linear layers, drawn from libtorch's global generator.
/// </remarks>
[Component(ComponentKind.ScoreModel, "mlp", "A multilayer perceptron, conditioned on the noise level alone.",
    Reference = "Karras et al. 2022, Elucidating the Design Space of Diffusion-Based Generative Models, equation 7")]
public sealed class MlpScoreModel : ITrainableScoreModel, IDisposable
{
    private readonly MlpOptions _options;
    private readonly NoiseEmbedding _embedding;
    private readonly MlpNetwork _network;

    /// <param name="options">The network.</param>
    /// <param name="data">The data to denoise; only their shape counts.</param>
    public MlpScoreModel(MlpOptions options, DataDescription data)
    {
        _options = options;
        _embedding = new NoiseEmbedding(options.Frequencies, options.HalfLogSnrLimit);
        long dimension = data.Shape.Aggregate(1L, (product, size) => product * size);
        _network = new MlpNetwork(dimension, _embedding.Features, options.Width, options.Layers);
    }

    /// <inheritdoc/>
    public nn.Module Network => _network;

    /// <inheritdoc/>
    public Prediction Predict(Tensor x, NoiseLevels levels)
    {
        Tensor points = x.reshape(x.shape[0], -1);
        Tensor output = _network.Evaluate(levels.Scale(l => 1 / Scale(l), points), _embedding.Embed(levels, points)).reshape(x.shape);
        return _options.Parameterization switch
        {
            MlpParameterization.Noise => new Prediction(PredictionKind.Noise, output, x, levels),
            MlpParameterization.Data => new Prediction(PredictionKind.Data, output, x, levels),
            MlpParameterization.V => new Prediction(PredictionKind.V, levels.Scale(l => Math.Sqrt(SquaredNorm(l)), output), x, levels),
            _ => Preconditioned(x, output, levels),
        };
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _network.Dispose();

    private Prediction Preconditioned(Tensor x, Tensor output, NoiseLevels levels)
    {
        double d = _options.SigmaData;
        if (!levels.IsUniform)
        {
            Tensor v = levels.Combine(l => l.Alpha * l.Sigma * (1 - (d * d)) / Square(Scale(l)), x, l => -d * SquaredNorm(l) / Scale(l), output);
            return new Prediction(PredictionKind.V, v, x, levels);
        }

        return levels[0].Sigma < levels[0].Alpha
            ? new Prediction(PredictionKind.Noise, levels.Combine(l => l.Sigma / Square(Scale(l)), x, l => -l.Alpha * d / Scale(l), output), x, levels)
            : new Prediction(PredictionKind.Data, levels.Combine(l => l.Alpha * d * d / Square(Scale(l)), x, l => l.Sigma * d / Scale(l), output), x, levels);
    }

    /// <summary>√S, the standard deviation of x_t for data of standard deviation σ_d.</summary>
    private double Scale(NoiseLevel level) => Math.Sqrt(Square(level.Sigma) + Square(level.Alpha * _options.SigmaData));

    private static double SquaredNorm(NoiseLevel level) => Square(level.Alpha) + Square(level.Sigma);

    private static double Square(double x) => x * x;
}
