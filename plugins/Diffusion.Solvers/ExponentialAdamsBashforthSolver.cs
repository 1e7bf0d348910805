using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="ExponentialAdamsBashforthSolver"/>.</summary>
public sealed record ExponentialAdamsBashforthOptions : ComponentOptions
{
    [Description("Estimates that a full step uses, which is its order: 1 to 4.")]
    [Range(1, 4)]
    public int Order { get; init; } = 3;

    [Description("The estimate that is a polynomial of λ: data (azula's xEAB) or noise (azula's zEAB).")]
    public ExponentialForm Form { get; init; }

    [Description("The first steps: single-step (keeps the order, a few evaluations more) or ramp (orders 1, 2, 3, … as other libraries).")]
    public StartUp StartUp { get; init; }

    [Description("Whether the last steps are of orders …, 2, 1, steadier with few steps; the run is then of order 2.")]
    public bool LowerOrderFinal { get; init; }
}

/// <summary>The exponential Adams-Bashforth methods in λ, on the data or the noise prediction. Orders 1 to 4, one evaluation a step.</summary>
/// <remarks>
/// Hochbruck &amp; Ostermann 2010, "Exponential integrators", section 2.7; Zhang &amp; Chen 2023, "Fast sampling of diffusion models with exponential
/// integrator". With ℓ_j the polynomial of λ that is 1 at the j-th newest level and 0 at the others:
/// <code>
/// data   x_t = (σ_t/σ_s) x_s + α_t Σ_j w_j D_j,   w_j = ∫_{λ_s}^{λ_t} e^(λ − λ_t) ℓ_j(λ) dλ
/// noise  x_t = (α_t/α_s) x_s − σ_t Σ_j w_j ε̂_j,   w_j = ∫_{λ_s}^{λ_t} e^(λ_t − λ) ℓ_j(λ) dλ
/// </code>
/// Order 1 is DDIM, order 2 on data is DPM-Solver++(2M) with the taylor correction. The first steps have fewer estimates or are single-step, see
/// <see cref="StartUp"/>. A step to σ = 0 is DDIM's.
/// </remarks>
[Component(ComponentKind.Solver, "exponential-adams-bashforth", "Exponential Adams-Bashforth in log-SNR: orders 1 to 4, one evaluation per step",
    Reference = "Hochbruck & Ostermann 2010, section 2.7", Aliases = ["eab"])]
[Variant("order=1")]
[Variant("order=2")]
[Variant("order=4")]
[Variant("form=noise")]
public sealed class ExponentialAdamsBashforthSolver(ExponentialAdamsBashforthOptions options)
    : MultistepSolver(options.Order, options.StartUp, options.LowerOrderFinal)
{
    private protected override Tensor Advance(in SolverStep step, IReadOnlyList<Evaluation> estimates) => options.Form.AdamsBashforth(step.To, estimates);
}
