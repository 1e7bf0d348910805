using System.ComponentModel;

namespace Diffusion.Solvers;

/// <summary>Options of the multistep DPM-Solvers of three estimates with the published coefficients.</summary>
public sealed record PublishedMultistepOptions : ComponentOptions
{
    [Description("How the steps that have two estimates only weigh their slope: midpoint (the paper's) or taylor (also called heun).")]
    public MultistepCorrection Correction { get; init; }

    [Description("Whether the last two steps are of orders 2 and 1; steadier with fewer than about 15 steps.")]
    public bool LowerOrderFinal { get; init; }
}
