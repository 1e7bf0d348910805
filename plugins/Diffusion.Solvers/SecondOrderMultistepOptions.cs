using System.ComponentModel;

namespace Diffusion.Solvers;

/// <summary>Options of the multistep DPM-Solvers of order 2.</summary>
public sealed record SecondOrderMultistepOptions : ComponentOptions
{
    [Description("Weight of the slope between the last two estimates: midpoint (the paper's) or taylor (also called heun).")]
    public MultistepCorrection Correction { get; init; }

    [Description("Whether the last step is of order 1 even when it does not end at clean data; steadier with fewer than about 15 steps.")]
    public bool LowerOrderFinal { get; init; }
}
