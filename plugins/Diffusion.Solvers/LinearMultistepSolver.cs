using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="LinearMultistepSolver"/>.</summary>
public sealed record LinearMultistepOptions : ComponentOptions
{
    [Description("Slopes that a full step uses, which is its order: 1 to 4.")]
    [Range(1, 4)]
    public int Order { get; init; } = 3;

    [Description("Variable of integration: noise-to-signal (σ/α, slope ε̂), rectified (σ/(α + σ), slope ε̂ − D) or time (the schedule's own).")]
    public AdamsVariable Variable { get; init; }

    [Description("The first steps: single-step (keeps the order, a few evaluations more) or ramp (orders 1, 2, 3, … as other libraries).")]
    public StartUp StartUp { get; init; }

    [Description("Whether the last steps are of orders …, 2, 1; the run is then of order 2.")]
    public bool LowerOrderFinal { get; init; }
}

/// <summary>Linear multistep method: Adams-Bashforth with variable steps on the probability-flow ODE. Orders 1 to 4, one evaluation a step.</summary>
/// <remarks>
/// Hairer, Nørsett &amp; Wanner 1993, "Solving ordinary differential equations I", section III.5; Zhang &amp; Chen 2023, "Fast sampling of diffusion
/// models with exponential integrator" (ρAB-DEIS). With τ, y, v the variable, scaled state and slope of <see cref="AdamsVariable"/> and ℓ_j the
/// polynomial that is 1 at the j-th newest level:
/// <code>
/// y_t = y_s + Σ_j w_j v_j,   w_j = ∫_{τ_s}^{τ_t} ℓ_j(τ) dτ
/// </code>
/// The weights are exact whatever the steps; those of <see cref="IpndmSolver"/> take all steps for equal. The first steps have fewer slopes or
/// are single-step, see <see cref="StartUp"/>. A step to σ = 0 is a step like any other, save where it takes no time (a variance-exploding process
/// with noise σ_min at t = 0): then x = D. In σ/α a level with α = 0 can be the first only, and is left out of the past.
/// </remarks>
[Component(ComponentKind.Solver, "lms", "Linear multistep (Adams-Bashforth on variable steps): orders 1 to 4, one evaluation per step",
    Reference = "Hairer, Nørsett & Wanner 1993, section III.5", Aliases = ["linear-multistep", "adams-bashforth", "ipndm-v"])]
[Variant("order=2")]
[Variant("order=4")]
[Variant("variable=time")]
public sealed class LinearMultistepSolver(LinearMultistepOptions options)
    : MultistepSolver(options.Order, options.StartUp, options.LowerOrderFinal)
{
    private protected override Tensor Advance(in SolverStep step, IReadOnlyList<Evaluation> estimates)
    {
        NoiseSchedule schedule = step.Schedule;
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        bool isDdim = options.Variable == AdamsVariable.Time ? to.T == from.T : estimates.Count == 1;
        if (isDdim)
            return estimates[0].Prediction.StateAt(to.Alpha, to.Sigma);

        double[] weights = LagrangeIntegrals.Polynomial([.. estimates.Select(estimate => Place(estimate.Level))], Place(from), Place(to));
        double scale = Scale(to);
        Tensor next = step.X * (scale / Scale(from));
        for (int j = 0; j < weights.Length; j++)
            next.add_(Slope(estimates[j].Prediction, schedule), alpha: scale * weights[j]);
        return next;
    }

    private double Place(NoiseLevel level) => options.Variable switch
    {
        AdamsVariable.NoiseToSignal => level.NoiseToSignal,
        AdamsVariable.Rectified => level.Sigma / (level.Alpha + level.Sigma),
        _ => level.T,
    };

    private double Scale(NoiseLevel level) => options.Variable switch
    {
        AdamsVariable.NoiseToSignal => level.Alpha,
        AdamsVariable.Rectified => level.Alpha + level.Sigma,
        _ => 1,
    };

    private Tensor Slope(Prediction prediction, NoiseSchedule schedule) => options.Variable switch
    {
        AdamsVariable.NoiseToSignal => prediction.Epsilon,
        AdamsVariable.Rectified => prediction.Combine(_ => 0, _ => -1, _ => 1),
        _ => prediction.Velocity(schedule),
    };
}
