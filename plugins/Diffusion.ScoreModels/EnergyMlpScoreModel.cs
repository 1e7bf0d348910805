using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.ScoreModels.Mlp;
using Diffusion.ScoreModels.Preconditioning;

using static TorchSharp.torch;

namespace Diffusion.ScoreModels;

/// <summary>Options of <see cref="EnergyMlpScoreModel"/>.</summary>
public sealed record EnergyMlpOptions : ComponentOptions
{
    /// <summary>Units per hidden layer.</summary>
    [Range(1, 16384)]
    [Description("Units per hidden layer.")]
    public int Width { get; init; } = 128;

    /// <summary>Hidden layers.</summary>
    [Range(1, 64)]
    [Description("Hidden layers.")]
    public int Layers { get; init; } = 3;

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

/// <summary>A network for the energy: its score is the gradient of a scalar, a conservative field at every level and for every weight.</summary>
/// <remarks>
/// A multilayer perceptron Φ with one output, SiLU units and harmonics of λ = log(α/σ), whose gradient takes the place of F in Karras et
/// al.'s preconditioning (see <see cref="EdmPreconditioner"/>). With S = σ² + α² σ_d²:
/// <code>
/// F = −∇_u Φ(u, λ) at u = x/√S        E(x) = |x|²/(2 S) + (α σ_d/σ) Φ(x/√S, λ)        s = −∇_x E
/// </code>
/// The gradient is taken by autograd at every evaluation, which about doubles its cost; training differentiates it once more.
/// </remarks>
[Component(ComponentKind.ScoreModel, "energy-mlp", "A multilayer perceptron for the energy, whose gradient is the score: always a conservative field.",
    Reference = "Salimans & Ho 2021, Should EBMs model the energy or the score?")]
public sealed class EnergyMlpScoreModel : ITrainableScoreModel, IDisposable
{
    private readonly double _sigmaData;
    private readonly EdmPreconditioner _preconditioner;
    private readonly NoiseEmbedding _embedding;
    private readonly MlpNetwork _network;

    /// <param name="options">The network.</param>
    /// <param name="data">The data to denoise; only their shape counts.</param>
    public EnergyMlpScoreModel(EnergyMlpOptions options, DataDescription data)
    {
        _sigmaData = options.SigmaData;
        _preconditioner = new EdmPreconditioner(options.SigmaData);
        _embedding = new LogSnrEmbedding(options.Frequencies, options.HalfLogSnrLimit);
        long dimension = data.Shape.Aggregate(1L, (product, size) => product * size);
        _network = new MlpNetwork(dimension, _embedding.Features, options.Width, options.Layers, outputs: 1);
    }

    /// <inheritdoc/>
    public nn.Module Network => _network;

    /// <inheritdoc/>
    public Prediction Predict(Tensor x, NoiseLevels levels)
    {
        Tensor scaled = levels.Scale(_preconditioner.Input, x.reshape(x.shape[0], -1));
        Tensor features = _embedding.Embed(levels, scaled);
        Tensor output = Differentiation.Gradient(u => Potential(u, features), scaled).neg();
        return _preconditioner.Read(output.reshape(x.shape), x, levels);
    }

    /// <summary>E(x), of which the score is the negative gradient: −log p_t up to a constant of each level. Shape (B); σ &gt; 0.</summary>
    public Tensor Energy(Tensor x, NoiseLevels levels)
    {
        Tensor scaled = levels.Scale(_preconditioner.Input, x.reshape(x.shape[0], -1));
        Tensor potential = Potential(scaled, _embedding.Embed(levels, scaled));
        return levels.Combine(_ => 0.5, scaled.square().sum(-1), l => l.Alpha * _sigmaData / l.Sigma, potential);
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _network.Dispose();

    private Tensor Potential(Tensor scaled, Tensor features) => _network.Evaluate(scaled, features).squeeze(-1);
}
