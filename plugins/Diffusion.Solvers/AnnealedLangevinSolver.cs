using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="AnnealedLangevinSolver"/>.</summary>
public sealed record AnnealedLangevinOptions : ComponentOptions
{
    [Description("Step size ε at the smallest noise; at noise σ it is ε σ²/σ_L².")]
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double StepSize { get; init; } = 2e-5;

    [Description("T, Langevin steps at each level, one evaluation each.")]
    [Range(1, int.MaxValue)]
    public int Steps { get; init; } = 100;

    [Description("σ_L, the noise at which the step size is ε; 0 means the schedule's smallest, at its minimum time.")]
    [Range(0.0, double.MaxValue)]
    public double SmallestSigma { get; init; }

    [Description("Whether a run to clean data ends with x = D, one evaluation more.")]
    public bool Denoise { get; init; }
}

/// <summary>Annealed Langevin dynamics: Langevin steps at each level from the largest noise down, with steps in proportion to σ².</summary>
/// <remarks>
/// Song &amp; Ermon 2019, "Generative modeling by estimating gradients of the data distribution", algorithm 1; the final denoising is Song &amp; Ermon
/// 2020. The step from s to t works at s, then hands the state on to t as it is; a run that ends at noise works at its last level, too:
/// <code>
/// a = ε σ_s²/σ_L²,   x ← x + (a/2) s(x, s) + √a z,   T times
/// </code>
/// (The authors' code writes x + α s + √(2α) z: its step sizes are half of these.) σ_L is the smallest level with noise. More
/// levels do not make it converge to the reverse process: with a and T fixed the bias at each level stays, of order 1 in ε.
/// </remarks>
[Component(ComponentKind.Solver, "annealed-langevin", "Annealed Langevin dynamics (NCSN): T Langevin steps at each level, sizes in proportion to sigma²",
    Reference = "Song & Ermon 2019, algorithm 1", Aliases = ["ald", "ncsn"])]
public sealed class AnnealedLangevinSolver(AnnealedLangevinOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = LangevinSteps.Traits(options.Steps, options.Denoise);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        double smallest = options.SmallestSigma > 0 ? options.SmallestSigma : step.Schedule.At(step.Schedule.MinimumTime).Sigma;
        return LangevinSteps.Step(
            step, denoiser, level => 0.5 * options.StepSize * (level.Sigma / smallest) * (level.Sigma / smallest), options.Steps, options.Denoise);
    }
}
