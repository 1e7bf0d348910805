using System.ComponentModel;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="DpmSolver2MSolver"/>.</summary>
public sealed record DpmSolver2MOptions : ComponentOptions
{
    [Description("Weight of the slope between the last two estimates: midpoint (the paper's) or taylor (also called heun).")]
    public MultistepCorrection Correction { get; init; }

    [Description("Whether the last step is of order 1 even when it does not end at clean data; steadier with fewer than about 15 steps.")]
    public bool LowerOrderFinal { get; init; }
}

/// <summary>DPM-Solver-2M, multistep on the noise prediction. Order 2, one evaluation a step.</summary>
/// <remarks>
/// The multistep form of DPM-Solver (Lu et al. 2022a) that the authors' code and diffusers' "dpmsolver" have: algorithm 2 of Lu et al. 2022b on
/// the noise prediction. With h = λ_t − λ_s and p the level before s:
/// <code>
/// x_t = (α_t/α_s) x_s − σ_t (e^h − 1) ε̂_s − σ_t c (ε̂_s − ε̂_p) h/(λ_s − λ_p)
/// c   = ½ (e^h − 1)          midpoint
///     = (e^h − 1)/h − 1      taylor
/// </code>
/// The first step has no p and a step to σ = 0 no finite h: both are DDIM's (η = 0); so is the very last with <c>lowerOrderFinal</c>.
/// </remarks>
[Component(ComponentKind.Solver, "dpm-solver-2m", "DPM-Solver-2M, multistep on the noise prediction: order 2, one evaluation a step",
    Reference = "Lu et al. 2022a, as in the authors' code")]
[Variant("correction=taylor")]
public sealed class DpmSolver2MSolver(DpmSolver2MOptions options) : ISolver
{
    private readonly MultistepPlan _plan = new(order: 2, StartUp.Ramp, options.LowerOrderFinal);

    /// <inheritdoc/>
    public SolverTraits Traits => _plan.Traits();

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser) => _plan.Step(
        step, denoiser, (in SolverStep s, IReadOnlyList<Evaluation> estimates) => ExponentialForm.Noise.Second(options.Correction, s.To, estimates));
}
