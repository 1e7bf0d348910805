using System.ComponentModel;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="EulerSolver"/>.</summary>
public sealed record EulerOptions : ComponentOptions
{
    [Description("Variable of integration: time (the schedule's own) or noise-to-signal (σ/α, as EDM and k-diffusion; then the method is DDIM).")]
    public FlowVariable Variable { get; init; }
}

/// <summary>Euler's method on the probability-flow ODE. Order 1, one evaluation a step.</summary>
/// <remarks>
/// Song et al. 2021, "Score-based generative modeling through stochastic differential equations", eq. 13.
/// <code>
/// time             x_t = x_s + (t − s) (f x_s − ½ g² s(x_s, s))
/// noise-to-signal  x_t/α_t = x_s/α_s + (σ̂_t − σ̂_s) ε̂(x_s, s)      i.e. x_t = α_t D + σ_t ε̂
/// </code>
/// A step to σ = 0 is a step like any other, save where it takes no time (a variance-exploding process with noise σ_min at t = 0): then x = D.
/// </remarks>
[Component(ComponentKind.Solver, "euler", "Euler's method on the probability-flow ODE: order 1, one evaluation a step",
    Reference = "Song et al. 2021, eq. 13")]
[Variant("variable=noise-to-signal")]
public sealed class EulerSolver(EulerOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new() { Order = 1 };

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser) =>
        options.Variable.Euler(denoiser.Predict(step.X, step.From), step.To, step.Schedule);
}
