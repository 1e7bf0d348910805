using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Solvers;

/// <summary>Options of the single-step DPM-Solvers of order 3.</summary>
public sealed record ThirdOrderSingleStepOptions : ComponentOptions, IValidatableObject
{
    // The order condition Σ b_i a_ij c_j = 1/6 of three stages of which the second is Euler's holds for r₂ = 2/3 alone, whatever the variant.
    private const double OrderTolerance = 1e-12;

    [Description("How the slope is made of the three evaluations: dpm-solver (the paper's) or taylor.")]
    public SingleStepVariant Variant { get; init; }

    [Description("Where in the step, as a share of its length in λ, the second evaluation is made.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double R1 { get; init; } = SingleSteps.FirstOfThree;

    [Description("Where in the step the third evaluation is made, after the second. The method is of order 3 at 2/3 only, of order 2 elsewhere.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double R2 { get; init; } = SingleSteps.SecondOfThree;

    /// <summary>The order of the method.</summary>
    internal int Order => Math.Abs(R2 - SingleSteps.SecondOfThree) < OrderTolerance ? 3 : 2;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (R2 <= R1)
            yield return new ValidationResult("The third evaluation comes after the second: r2 must be above r1.", [nameof(R1), nameof(R2)]);
    }
}
