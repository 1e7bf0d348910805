using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="DpmPlusPlus3SSolver"/>.</summary>
public sealed record DpmPlusPlus3SOptions : ComponentOptions, IValidatableObject
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

/// <summary>DPM-Solver++(3S), single-step on the data prediction. Order 3, three evaluations a step.</summary>
/// <remarks>
/// Lu et al. 2022b, "DPM-Solver++: fast solver for guided sampling of diffusion probabilistic models": DPM-Solver-3 on the data prediction. With
/// h = λ_t − λ_s, m₁ and m₂ at λ_s + r₁ h and λ_s + r₂ h, and the differences E₁ = D(u₁, m₁) − D_s, E₂ = D(u₂, m₂) − D_s:
/// <code>
/// u₁  = (σ_1/σ_s) x_s + α_1 (1 − e^(−r₁ h)) D_s
/// u₂  = (σ_2/σ_s) x_s + α_2 (1 − e^(−r₂ h)) D_s + α_2 (r₂/r₁) (1 − (1 − e^(−r₂ h))/(r₂ h)) E₁
/// x_t = (σ_t/σ_s) x_s + α_t (1 − e^(−h)) D_s + (α_t/r₂) (1 − (1 − e^(−h))/h) E₂          dpm-solver
/// </code>
/// taylor integrates the parabola of λ through all three. A step to σ = 0 is that of DDIM: 3N − 2 evaluations. The process must not start at α = 0.
/// </remarks>
[Component(ComponentKind.Solver, "dpmpp-3s", "DPM-Solver++(3S), single-step on the data prediction: order 3, three evaluations a step",
    Reference = "Lu et al. 2022b, as in the authors' code")]
[Variant("variant=taylor")]
public sealed class DpmPlusPlus3SSolver(DpmPlusPlus3SOptions options) : ISolver
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
        ExponentialForm.Data.StepThird(options.Variant, options.R1, options.R2, step, denoiser);
}
