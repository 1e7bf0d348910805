using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Solvers;

/// <summary>Options of the single-step DPM-Solvers of order 2.</summary>
public sealed record SecondOrderSingleStepOptions : ComponentOptions
{
    [Description("How the slope is made of the two evaluations: dpm-solver (the paper's) or taylor.")]
    public SingleStepVariant Variant { get; init; }

    [Description("Where in the step, as a share of its length in λ, the second evaluation is made.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double R1 { get; init; } = 0.5;
}
