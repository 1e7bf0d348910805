using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="DeisSolver"/>.</summary>
public sealed record DeisOptions : ComponentOptions
{
    [Description("Estimates that a full step uses, which is its order: 1 to 4.")]
    [Range(1, 4)]
    public int Order { get; init; } = 3;

    [Description("Variable of the polynomials: time (the paper's tAB), noise-to-signal (its ρAB) or log-noise-to-signal (diffusers).")]
    public DeisInterpolation Interpolation { get; init; } = DeisInterpolation.Time;

    [Description("The first steps: single-step (keeps the order, a few evaluations more) or ramp (orders 1, 2, 3, … as other libraries).")]
    public StartUp StartUp { get; init; }

    [Description("Whether the last steps are of orders …, 2, 1, steadier with few steps; the run is then of order 2.")]
    public bool LowerOrderFinal { get; init; }
}

/// <summary>DEIS, the diffusion exponential integrator sampler. Orders 1 to 4, one evaluation a step.</summary>
/// <remarks>
/// Zhang &amp; Chen 2023, "Fast sampling of diffusion models with exponential integrator", eq. 14 and 15 and section 3.4. With u the variable of
/// interpolation and ℓ_j the polynomial of u that is 1 at the j-th newest level and 0 at the others:
/// <code>
/// x_t/α_t = x_s/α_s + Σ_j w_j ε̂_j,   w_j = ∫_{σ̂_s}^{σ̂_t} ℓ_j(u(σ̂)) dσ̂
/// </code>
/// Order 1 is DDIM. In time the integrals have no closed form for a general process; they are computed by Gauss-Legendre quadrature in log σ̂ to
/// the last digits. The first steps have fewer estimates or are single-step, see <see cref="StartUp"/>. A step to σ = 0 is DDIM's.
/// </remarks>
[Component(ComponentKind.Solver, "deis", "DEIS, exponential Adams-Bashforth on the noise prediction: orders 1 to 4, one evaluation per step",
    Reference = "Zhang & Chen 2023, eq. 14 and 15")]
[Variant("order=2")]
[Variant("order=4")]
[Variant("interpolation=noise-to-signal")]
public sealed class DeisSolver(DeisOptions options)
    : MultistepSolver(options.Order, options.StartUp, options.LowerOrderFinal)
{
    private protected override Tensor Advance(in SolverStep step, IReadOnlyList<Evaluation> estimates)
    {
        if (options.Interpolation == DeisInterpolation.LogNoiseToSignal || estimates.Count == 1 || step.To.IsClean)
            return ExponentialForm.Noise.AdamsBashforth(step.To, estimates);

        double[] weights = Weights(step, [.. estimates.Select(estimate => estimate.Level)]);
        Tensor next = step.X * (step.To.Alpha / step.From.Alpha);
        for (int j = 0; j < weights.Length; j++)
            next.add_(estimates[j].Prediction.Epsilon, alpha: step.To.Alpha * weights[j]);
        return next;
    }

    private double[] Weights(in SolverStep step, NoiseLevel[] levels)
    {
        if (options.Interpolation == DeisInterpolation.NoiseToSignal)
            return LagrangeIntegrals.Polynomial([.. levels.Select(level => level.NoiseToSignal)], step.From.NoiseToSignal, step.To.NoiseToSignal);

        NoiseSchedule schedule = step.Schedule;
        return LagrangeIntegrals.Mapped(
            [.. levels.Select(level => level.T)], step.From.HalfLogSnr, step.To.HalfLogSnr, schedule.TimeAt, halfLogSnr => -Math.Exp(-halfLogSnr));
    }
}
