using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="DpmSolver2Solver"/>.</summary>
public sealed record DpmSolver2Options : ComponentOptions
{
    [Description("How the slope is made of the two evaluations: dpm-solver (the paper's) or taylor.")]
    public SingleStepVariant Variant { get; init; }

    [Description("Where in the step, as a share of its length in λ, the second evaluation is made.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double R1 { get; init; } = 0.5;
}

/// <summary>DPM-Solver-2, single-step on the noise prediction. Order 2, two evaluations a step.</summary>
/// <remarks>
/// Lu et al. 2022a, "DPM-Solver: a fast ODE solver for diffusion probabilistic model sampling in around 10 steps", algorithms 1 and 4. With
/// h = λ_t − λ_s and m at λ_s + r₁ h:
/// <code>
/// u   = (α_m/α_s) x_s − σ_m (e^(r₁ h) − 1) ε̂_s
/// x_t = (α_t/α_s) x_s − σ_t (e^h − 1) ε̂_s − σ_t c (ε̂(u, m) − ε̂_s)/r₁
/// c   = ½ (e^h − 1)          dpm-solver
///     = (e^h − 1)/h − 1      taylor
/// </code>
/// A step to σ = 0, where h has no bound, is DDIM's: 2N − 1 evaluations. The process must not start at α = 0.
/// </remarks>
[Component(ComponentKind.Solver, "dpm-solver-2", "DPM-Solver-2, single-step on the noise prediction: order 2, two evaluations a step",
    Reference = "Lu et al. 2022a, algorithm 4")]
[Variant("variant=taylor")]
public sealed class DpmSolver2Solver(DpmSolver2Options options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new() { Order = 2, EvaluationsPerStep = 2, EvaluationsToClean = 1 };

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => ExponentialSteps.ObjectionToNoSignal(levels);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser) => ExponentialForm.Noise.StepSecond(options.Variant, options.R1, step, denoiser);
}
