using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="DpmSolver3Solver"/>.</summary>
public sealed record DpmSolver3Options : ComponentOptions, IValidatableObject
{
    [Description("How the slope is made of the three evaluations: dpm-solver (the paper's) or taylor.")]
    public SingleStepVariant Variant { get; init; }

    [Description("Where in the step, as a share of its length in λ, the second evaluation is made.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double R1 { get; init; } = SingleSteps.FirstOfThree;

    [Description("Where in the step the third evaluation is made, after the second. The method is of order 3 at 2/3 only, of order 2 elsewhere.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double R2 { get; init; } = SingleSteps.SecondOfThree;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (R2 <= R1)
            yield return new ValidationResult("The third evaluation comes after the second: r2 must be above r1.", [nameof(R1), nameof(R2)]);
    }
}

/// <summary>DPM-Solver-3, single-step on the noise prediction. Order 3, three evaluations a step.</summary>
/// <remarks>
/// Lu et al. 2022a, "DPM-Solver: a fast ODE solver for diffusion probabilistic model sampling in around 10 steps", algorithms 2 and 5. With
/// h = λ_t − λ_s, m₁ and m₂ at λ_s + r₁ h and λ_s + r₂ h, and the differences D₁ = ε̂(u₁, m₁) − ε̂_s, D₂ = ε̂(u₂, m₂) − ε̂_s:
/// <code>
/// u₁  = (α_1/α_s) x_s − σ_1 (e^(r₁ h) − 1) ε̂_s
/// u₂  = (α_2/α_s) x_s − σ_2 (e^(r₂ h) − 1) ε̂_s − σ_2 (r₂/r₁) ((e^(r₂ h) − 1)/(r₂ h) − 1) D₁
/// x_t = (α_t/α_s) x_s − σ_t (e^h − 1) ε̂_s − (σ_t/r₂) ((e^h − 1)/h − 1) D₂          dpm-solver
/// </code>
/// taylor integrates the parabola of λ through all three. A step to σ = 0 is that of DDIM: 3N − 2 evaluations. The process must not start at α = 0.
/// </remarks>
[Component(ComponentKind.Solver, "dpm-solver-3", "DPM-Solver-3, single-step on the noise prediction: order 3, three evaluations a step",
    Reference = "Lu et al. 2022a, algorithm 5")]
[Variant("variant=taylor")]
public sealed class DpmSolver3Solver(DpmSolver3Options options) : ISolver
{
    // The order condition Σ b_i a_ij c_j = 1/6 of three stages of which the second is Euler's holds for r₂ = 2/3 alone, whatever the variant.
    private const double OrderTolerance = 1e-12;

    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new()
    {
        Order = Math.Abs(options.R2 - SingleSteps.SecondOfThree) < OrderTolerance ? 3 : 2,
        EvaluationsPerStep = 3,
        EvaluationsToClean = 1,
    };

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => ExponentialSteps.ObjectionToNoSignal(levels);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser) =>
        ExponentialForm.Noise.StepThird(options.Variant, options.R1, options.R2, step, denoiser);
}
