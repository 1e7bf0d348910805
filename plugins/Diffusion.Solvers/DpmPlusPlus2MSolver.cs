using System.ComponentModel;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="DpmPlusPlus2MSolver"/>.</summary>
public sealed record DpmPlusPlus2MOptions : ComponentOptions
{
    [Description("Weight of the slope between the last two estimates: midpoint (the paper's) or taylor (also called heun).")]
    public MultistepCorrection Correction { get; init; }

    [Description("Whether the last step is of order 1 even when it does not end at clean data; steadier with fewer than about 15 steps.")]
    public bool LowerOrderFinal { get; init; }
}

/// <summary>DPM-Solver++(2M): exponential Adams-Bashforth in λ on the data prediction. Order 2, one evaluation a step.</summary>
/// <remarks>
/// Lu et al. 2022b, "DPM-Solver++: fast solver for guided sampling of diffusion probabilistic models", algorithm 2. With h = λ_t − λ_s and
/// p the level before s:
/// <code>
/// x_t = (σ_t/σ_s) x_s + α_t (1 − e^(−h)) D_s + α_t c (D_s − D_p) h/(λ_s − λ_p)
/// c   = ½ (1 − e^(−h))                     midpoint, the paper's
///     = 1 − (1 − e^(−h))/h                 taylor
/// </code>
/// The first step has no p and a step to σ = 0 no finite h: both leave the last term out and are DDIM's (η = 0); so is the very last
/// with <c>lowerOrderFinal</c>.
/// </remarks>
[Component(ComponentKind.Solver, "dpmpp-2m", "DPM-Solver++(2M), multistep on the data prediction: order 2, one evaluation a step",
    Reference = "Lu et al. 2022b, algorithm 2")]
public sealed class DpmPlusPlus2MSolver(DpmPlusPlus2MOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new() { Order = 2, HistoryLength = 1 };

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        Evaluation? previous = step.History.Count > 0 ? step.History[0] : null;
        Prediction current = denoiser.Predict(step.X, from);

        double h = to.HalfLogSnr - from.HalfLogSnr;
        double decay = -PreciseMath.Expm1(-h);
        Tensor next = (step.X * (to.Sigma / from.Sigma)).add_(current.X0, alpha: to.Alpha * decay);
        bool isLast = step.Index == step.Count - 1;
        if (previous is null || to.IsClean || (isLast && options.LowerOrderFinal))
            return next;

        double correction = options.Correction == MultistepCorrection.Midpoint ? 0.5 * decay : 1 - (decay / h);
        double weight = to.Alpha * correction * h / (from.HalfLogSnr - previous.Level.HalfLogSnr);
        return next.add_(current.X0, alpha: weight).add_(previous.Prediction.X0, alpha: -weight);
    }
}
