using System.ComponentModel;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="EulerSolver"/>.</summary>
public sealed record EulerOptions : ComponentOptions
{
    /// <summary>What is integrated against what.</summary>
    [Description("Variable of integration: noise-to-signal (σ/α, as in EDM, k-diffusion and diffusers; the method is then the same as ddim) or time (the "
        + "schedule's own).")]
    public FlowVariable Variable { get; init; } = FlowVariable.NoiseToSignal;
}

/// <summary>Euler's method on the probability-flow ODE. Order 1, one evaluation a step.</summary>
/// <remarks>
/// Karras et al. 2022, "Elucidating the design space of diffusion-based generative models", eq. 4; in time Song et al. 2021, "Score-based generative modeling
/// through stochastic differential equations", eq. 13.
/// <code>
/// noise-to-signal  x_t/α_t = x_s/α_s + (σ̂_t − σ̂_s) ε̂(x_s, s)      i.e. x_t = α_t D + σ_t ε̂, which is DDIM
/// time             x_t = x_s + (t − s) (f x_s − ½ g² s(x_s, s))
/// </code>
/// A step to σ = 0 is a step like any other, save where it takes no time (a variance-exploding process with noise σ_min at t = 0): then x = D.
/// </remarks>
[Component(ComponentKind.Solver, "euler", "Euler's method on the probability-flow ODE: order 1, one evaluation per step; in σ/α the same as ddim",
    Reference = "Karras et al. 2022, eq. 4; Song et al. 2021, eq. 13")]
[Variant("variable=time")]
public sealed class EulerSolver(EulerOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new() { Order = 1 };

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser) =>
        options.Variable.Euler(denoiser.Predict(step.X, step.From), step.To, step.Schedule);
}
