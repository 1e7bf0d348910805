using System.ComponentModel;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="ReverseDiffusionSolver"/>.</summary>
public sealed record ReverseDiffusionOptions : ComponentOptions
{
    [Description("Whether to follow the probability-flow ODE (half the score, no noise) instead of the reverse SDE.")]
    public bool ProbabilityFlow { get; init; }
}

/// <summary>The reverse process discretised as its forward one is. Weak order 1, one evaluation a step.</summary>
/// <remarks>
/// Song et al. 2021, "Score-based generative modeling through stochastic differential equations", appendix E, eq. 46 (VP and VE: algorithms
/// 2 and 3). With a = α_s/α_t and β = σ_s² − a² σ_t² the scale and the variance of the forward transition q(x_s | x_t):
/// <code>
/// x_t = (2 − a) x_s + β s(x_s, s) + √β z          reverse SDE
/// x_t = (2 − a) x_s + ½ β s(x_s, s)               probability flow
/// </code>
/// A step to σ = 0 draws no noise. In a process without drift such a step of the reverse SDE is x = D.
/// </remarks>
[Component(ComponentKind.Solver, "reverse-diffusion", "The reverse SDE in the discretisation of its forward one: order 1, one evaluation per step",
    Reference = "Song et al. 2021, eq. 46")]
public sealed class ReverseDiffusionSolver(ReverseDiffusionOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new()
    {
        Order = 1,
        StrongOrder = options.ProbabilityFlow ? null : 1,
        IsStochastic = !options.ProbabilityFlow,
    };

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        double beta = Transition.Variance(from, to);
        double ofState = 2 - (from.Alpha / to.Alpha);
        double ofNoise = (options.ProbabilityFlow ? -0.5 : -1) * beta / from.Sigma; // s = −ε̂/σ
        Tensor mean = denoiser.Predict(step.X, from).Combine(_ => ofState, _ => 0, _ => ofNoise);
        return mean.AddIncrement(step, options.ProbabilityFlow || to.IsClean ? 0 : Math.Sqrt(beta));
    }
}
