using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="EulerMaruyamaSolver"/>.</summary>
public sealed record EulerMaruyamaOptions : ComponentOptions
{
    [Description("Noise of the reverse process: 1 is the reverse SDE, 0 the probability-flow ODE, between and above the family with the same marginals.")]
    [Range(0.0, 10.0)]
    public double Eta { get; init; } = 1;
}

/// <summary>The Euler-Maruyama method on the reverse SDE. Weak order 1, one evaluation a step.</summary>
/// <remarks>
/// Song et al. 2021, "Score-based generative modeling through stochastic differential equations", eq. 6 and appendix D; the family is that
/// of Karras et al. 2022, eq. 6. With dt = t − s &lt; 0:
/// <code>
/// x_t = x_s + [f x_s − ½ (1 + η²) g² s(x_s, s)] dt + η g √|dt| z
/// </code>
/// A step to σ = 0 leaves the noise out, and is x = D where it takes no time (a variance-exploding process with noise σ_min at t = 0).
/// f and g must be finite: a process that starts at α = 0 has no such step.
/// </remarks>
[Component(ComponentKind.Solver, "euler-maruyama", "Euler-Maruyama on the reverse SDE: weak order 1, one evaluation per step",
    Reference = "Song et al. 2021, eq. 6")]
[Variant("eta=0.5")]
public sealed class EulerMaruyamaSolver(EulerMaruyamaOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new() { Order = 1, StrongOrder = options.Eta > 0 ? 1 : null, IsStochastic = options.Eta > 0 };

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        Prediction prediction = denoiser.Predict(step.X, from);
        double duration = to.T - from.T;
        if (duration == 0)
            return prediction.StateAt(to.Alpha, to.Sigma);

        double diffusionSquared = step.Schedule.DiffusionSquared(from.T);
        double ofState = 1 + (step.Schedule.Drift(from.T) * duration);
        double ofNoise = 0.5 * (1 + (options.Eta * options.Eta)) * diffusionSquared * duration / from.Sigma; // s = −ε̂/σ
        Tensor mean = prediction.Combine(_ => ofState, _ => 0, _ => ofNoise);
        double fresh = to.IsClean ? 0 : options.Eta * Math.Sqrt(diffusionSquared * -duration);
        return fresh == 0 ? mean : mean.add_(step.Noise.BrownianIncrement(from, to, step.X), alpha: fresh);
    }
}
