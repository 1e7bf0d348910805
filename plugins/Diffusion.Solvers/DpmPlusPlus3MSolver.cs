using System.ComponentModel;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="DpmPlusPlus3MSolver"/>.</summary>
public sealed record DpmPlusPlus3MOptions : ComponentOptions
{
    [Description("The first steps: single-step (keeps order 3, two evaluations more) or ramp (orders 1, 2, 3 as other libraries; the run is of order 2).")]
    public StartUp StartUp { get; init; }

    [Description("Whether the last two steps are of orders 2 and 1, steadier with fewer than about 15 steps; the run is then of order 2.")]
    public bool LowerOrderFinal { get; init; }
}

/// <summary>DPM-Solver++(3M), multistep on the data prediction, with the coefficients that reach order 3. One evaluation a step.</summary>
/// <remarks>
/// The published formula (<see cref="DpmPlusPlus3MPublishedSolver"/>) multiplies φ₃, whose partner is the second derivative, by a second
/// difference, which is half of it, and converges with order 2. Here the parabola of λ through the last three estimates is integrated exactly:
/// <code>
/// x_t = (σ_t/σ_s) x_s + α_t Σ_j w_j D_j,   w_j = ∫_{λ_s}^{λ_t} e^(λ − λ_t) ℓ_j(λ) dλ
/// </code>
/// the exponential Adams-Bashforth method of order 3 (Hochbruck &amp; Ostermann 2010). A first step of order 1 would leave an error of O(h²) in
/// the whole run, so by default the first two steps are single-step DPM-Solver++ of order 2: N + 2 evaluations. The published formula is often
/// the better one with fewer than about 24 steps. A step to σ = 0 is DDIM's.
/// </remarks>
[Component(ComponentKind.Solver, "dpmpp-3m", "DPM-Solver++(3M), multistep on the data prediction: order 3, one evaluation a step",
    Reference = "Lu et al. 2022b, corrected")]
public sealed class DpmPlusPlus3MSolver(DpmPlusPlus3MOptions options) : ISolver
{
    private readonly MultistepPlan _plan = new(order: 3, options.StartUp, options.LowerOrderFinal);

    /// <inheritdoc/>
    public SolverTraits Traits => _plan.Traits();

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => _plan.Objection(levels);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser) => _plan.Step(
        step, denoiser, (in SolverStep s, IReadOnlyList<Evaluation> estimates) => ExponentialForm.Data.AdamsBashforth(s.To, estimates));
}
