using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="LangevinSolver"/>.</summary>
public sealed record LangevinOptions : ComponentOptions
{
    [Description("Step size δ.")]
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double StepSize { get; init; } = 0.01;

    [Description("Langevin steps at each level, one evaluation each.")]
    [Range(1, int.MaxValue)]
    public int Steps { get; init; } = 1;

    [Description("Whether a run to clean data ends with x = D, one evaluation more.")]
    public bool Denoise { get; init; }
}

/// <summary>Unadjusted Langevin dynamics at each level. Samples the marginal of the level up to a bias of order 1 in the step size.</summary>
/// <remarks>
/// Parisi 1981; Roberts &amp; Tweedie 1996, "Exponential convergence of Langevin distributions and their discrete approximations". The step from
/// s to t works at s, then hands the state on to t as it is; a run that ends at noise works at its last level, too:
/// <code>
/// x ← x + δ s(x, s) + √(2δ) z
/// </code>
/// On N(0, v) the stationary variance is v/(1 − δ/2v). It follows no path: more levels do not make it converge to the reverse process, so the
/// declared order is the bias's, in δ. δ must be below 2/L, L the Lipschitz constant of the score, at every level. A grid of one step to
/// clean data is Langevin dynamics at its first level.
/// </remarks>
[Component(ComponentKind.Solver, "langevin", "Unadjusted Langevin dynamics of fixed step size at each level",
    Reference = "Roberts & Tweedie 1996", Aliases = ["ula"])]
public sealed class LangevinSolver(LangevinOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = LangevinSteps.Traits(options.Steps, options.Denoise);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser) => LangevinSteps.Step(step, denoiser, _ => options.StepSize, options.Steps, options.Denoise);
}
