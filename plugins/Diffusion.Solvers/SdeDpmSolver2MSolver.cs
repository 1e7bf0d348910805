using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="SdeDpmSolver2MSolver"/>.</summary>
public sealed record SdeDpmSolver2MOptions : ComponentOptions
{
    [Description("Noise of the reverse process: 1 is the reverse SDE, 0 the probability-flow ODE.")]
    [Range(0.0, 10.0)]
    public double Eta { get; init; } = 1;

    [Description("Weight of the slope between the last two estimates: midpoint or taylor (also called heun).")]
    public MultistepCorrection Correction { get; init; }

    [Description("Whether the last step is of order 1; steadier with fewer than about 15 steps.")]
    public bool LowerOrderFinal { get; init; }
}

/// <summary>SDE-DPM-Solver-2M: two steps of the noise prediction on the reverse SDE. Weak order 2, one evaluation a step.</summary>
/// <remarks>
/// Lu et al. 2022b, "DPM-Solver++: fast solver for guided sampling of diffusion probabilistic models", eq. 18 (η = 1); diffusers'
/// sde-dpmsolver. With h = λ_t − λ_s and p the level before s:
/// <code>
/// x_t = (α_t/α_s) x_s − (1 + η²) σ_t [(e^h − 1) ε̂_s + c (ε̂_s − ε̂_p) h/(λ_s − λ_p)] + η σ_t √(e^(2h) − 1) z
/// c   = ½ (e^h − 1)              midpoint
///     = (e^h − 1)/h − 1          taylor
/// </code>
/// The first step has no p and is "exponential-ito", as is the last with <c>lowerOrderFinal</c>; a step to σ = 0 is x = D. A process that starts
/// at α = 0 has no such step.
/// </remarks>
[Component(ComponentKind.Solver, "sde-dpm-solver-2m", "SDE-DPM-Solver-2M, multistep on the noise prediction: weak order 2, one evaluation per step",
    Reference = "Lu et al. 2022b, eq. 18")]
public sealed class SdeDpmSolver2MSolver(SdeDpmSolver2MOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new() { Order = 2, HistoryLength = 1, IsStochastic = options.Eta > 0 };

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => NoiseExponential.Objection(levels);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        Evaluation? previous = step.History.Count > 0 ? step.History[0] : null;
        Prediction current = denoiser.Predict(step.X, from);
        if (to.IsClean)
            return current.StateAt(to.Alpha, to.Sigma);

        var exponential = new NoiseExponential(from, to, options.Eta);
        Tensor next = (step.X * exponential.OfState).add_(current.Epsilon, alpha: exponential.OfNoise);
        bool isLast = step.Index == step.Count - 1;
        if (previous is not null && !(isLast && options.LowerOrderFinal))
        {
            // OfNoise is −(1 + η²) σ_t (e^h − 1).
            double h = -StochasticSteps.LogShrinkage(from, to);
            double share = options.Correction == MultistepCorrection.Midpoint ? 0.5 : h * PhiFunctions.Phi(2, h) / PreciseMath.Expm1(h);
            double weight = share * exponential.OfNoise * h / (from.HalfLogSnr - previous.Level.HalfLogSnr);
            next.add_(current.Epsilon, alpha: weight).add_(previous.Prediction.Epsilon, alpha: -weight);
        }

        return next.AddIncrement(step, exponential.OfFresh);
    }
}
