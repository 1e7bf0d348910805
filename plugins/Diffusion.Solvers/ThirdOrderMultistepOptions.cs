using System.ComponentModel;

namespace Diffusion.Solvers;

/// <summary>Options of the multistep DPM-Solvers that reach order 3.</summary>
public sealed record ThirdOrderMultistepOptions : ComponentOptions
{
    [Description("The first steps: single-step (keeps order 3, two evaluations more) or ramp (orders 1, 2, 3 as other libraries; the run is of order 2).")]
    public StartUp StartUp { get; init; }

    [Description("Whether the last two steps are of orders 2 and 1, steadier with fewer than about 15 steps; the run is then of order 2.")]
    public bool LowerOrderFinal { get; init; }
}
