using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="DpmPlusPlusSdeSolver"/>.</summary>
public sealed record DpmPlusPlusSdeOptions : ComponentOptions
{
    [Description("Noise of the reverse process: 1 is the reverse SDE, 0 the probability-flow ODE.")]
    [Range(0.0, 10.0)]
    public double Eta { get; init; } = 1;

    [Description("Factor on the fresh noise; other than 1 changes the law.")]
    [Range(0.0, 10.0)]
    public double NoiseScale { get; init; } = 1;

    [Description("Where in the step (in log SNR) the second evaluation is made.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double R { get; init; } = 0.5;
}

/// <summary>DPM-Solver++ SDE: a two-stage exponential Runge-Kutta method on the reverse SDE. Weak order 2, two evaluations a step.</summary>
/// <remarks>
/// Crowson's k-diffusion, sample_dpmpp_sde; Lu et al. 2022b, "DPM-Solver++", section 5, for the equation. Each of the two transitions, to m at
/// λ_s + r h and to t, is exact for a constant D, with σ_down and σ_up as in "euler-ancestral":
/// <code>
/// u   = α_m D(x_s, s) + σ_m,down ε̂(x_s, s) + σ_m,up z_m
/// x_t = (σ_down/σ_s) x_s + α_t (1 − α_s σ_down/(α_t σ_s)) [(1 − 1/2r) D(x_s, s) + (1/2r) D(u, m)] + σ_up z_t
/// </code>
/// z_m and z_t stand for Itô integrals over [s, m] and [s, t] of one path and are increments of it, each scaled to its own variance: to leading
/// order their correlation is √r, on the schedule's time as on any other clock, which is what weak order 2 asks for. (Independent draws would
/// leave order 1.) A step to σ = 0 or from α = 0 is that of "euler-ancestral", one evaluation.
/// </remarks>
[Component(ComponentKind.Solver, "dpmpp-sde", "DPM-Solver++ SDE, two stages on the reverse SDE: weak order 2, two evaluations per step",
    Reference = "Lu et al. 2022b, section 5; k-diffusion")]
[Variant("eta=0.5")]
public sealed class DpmPlusPlusSdeSolver(DpmPlusPlusSdeOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new()
    {
        Order = 2,
        StrongOrder = options.Eta > 0 ? 1 : null,
        EvaluationsOverRun = levels => StochasticSteps.CountTwoStage(levels, IsFirstOrder),
        IsStochastic = options.Eta > 0 && options.NoiseScale > 0,
    };

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        AncestralSplit end = AncestralSplit.Between(from, to, options.Eta);
        Prediction first = denoiser.Predict(step.X, from);
        if (IsFirstOrder(from, to))
            return first.StateAt(to.Alpha, end.Down).AddIncrement(step, options.NoiseScale * end.Up);

        NoiseLevel middle = options.R == 1
            ? to
            : step.Schedule.AtHalfLogSnr(from.HalfLogSnr + (options.R * (to.HalfLogSnr - from.HalfLogSnr)));
        AncestralSplit stage = AncestralSplit.Between(from, middle, options.Eta);
        Tensor stageState = first.StateAt(middle.Alpha, stage.Down).AddIncrement(step with { To = middle }, options.NoiseScale * stage.Up);
        Prediction second = denoiser.Predict(stageState, middle);

        double weight = 1 / (2 * options.R);
        double ofData = to.Alpha - (end.Down * from.Alpha / from.Sigma);
        return (step.X * (end.Down / from.Sigma))
            .add_(first.X0, alpha: (1 - weight) * ofData)
            .add_(second.X0, alpha: weight * ofData)
            .AddIncrement(step, options.NoiseScale * end.Up);
    }

    private static bool IsFirstOrder(NoiseLevel from, NoiseLevel to) => to.IsClean || from.Alpha == 0;
}
