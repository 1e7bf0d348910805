using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="DpmPlusPlus2MSdeSolver"/>.</summary>
public sealed record DpmPlusPlus2MSdeOptions : ComponentOptions
{
    [Description("Noise of the reverse process: 1 is the reverse SDE, 0 the probability-flow ODE. (k-diffusion's eta is the square.)")]
    [Range(0.0, 10.0)]
    public double Eta { get; init; } = 1;

    [Description("Factor on the fresh noise; other than 1 changes the law.")]
    [Range(0.0, 10.0)]
    public double NoiseScale { get; init; } = 1;

    [Description("Weight of the slope between the last two estimates: midpoint or taylor (also called heun).")]
    public MultistepCorrection Correction { get; init; }

    [Description("Whether the last step is of order 1 even when it does not end at clean data; steadier with fewer than about 15 steps.")]
    public bool LowerOrderFinal { get; init; }
}

/// <summary>DPM-Solver++(2M) on the reverse SDE. Weak order 2, one evaluation a step.</summary>
/// <remarks>
/// Lu et al. 2022b, "DPM-Solver++: fast solver for guided sampling of diffusion probabilistic models", eq. 19 and algorithm 2 (η = 1);
/// k-diffusion's sample_dpmpp_2m_sde and diffusers' sde-dpmsolver++. With h = λ_t − λ_s, H = (1 + η²) h and p the level before s:
/// <code>
/// x_t = (σ_t/σ_s) e^(−η² h) x_s + α_t (1 − e^(−H)) D_s + α_t c (D_s − D_p) h/(λ_s − λ_p) + σ_t √(1 − e^(−2 η² h)) z
/// c   = ½ (1 − e^(−H))                     midpoint
///     = 1 − (1 − e^(−H))/H                 taylor
/// </code>
/// The first step has no p and a step to σ = 0 no finite h: both leave the slope out, and the latter is x = D; so does the very last step
/// with <c>lowerOrderFinal</c>. At η = 0 this is "dpmpp-2m".
/// </remarks>
[Component(ComponentKind.Solver, "dpmpp-2m-sde", "DPM-Solver++(2M) on the reverse SDE: weak order 2, one evaluation per step",
    Reference = "Lu et al. 2022b, eq. 19")]
[Variant("correction=taylor")]
public sealed class DpmPlusPlus2MSdeSolver(DpmPlusPlus2MSdeOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new() { Order = 2, HistoryLength = 1, IsStochastic = options.Eta > 0 && options.NoiseScale > 0 };

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        Evaluation? previous = step.History.Count > 0 ? step.History[0] : null;
        Prediction current = denoiser.Predict(step.X, from);
        if (to.IsClean)
            return current.StateAt(to.Alpha, to.Sigma);

        var exponential = new DataExponential(from, to, options.Eta);
        Tensor next = (step.X * exponential.OfState).add_(current.X0, alpha: exponential.OfData);
        bool isLast = step.Index == step.Count - 1;
        if (previous is not null && !(isLast && options.LowerOrderFinal))
        {
            double decay = exponential.OfData / to.Alpha;
            double correction = options.Correction == MultistepCorrection.Midpoint
                ? 0.5 * decay
                : exponential.Exponent * PhiFunctions.Phi(2, -exponential.Exponent);
            double weight = to.Alpha * correction * exponential.H / (from.HalfLogSnr - previous.Level.HalfLogSnr);
            next.add_(current.X0, alpha: weight).add_(previous.Prediction.X0, alpha: -weight);
        }

        return next.AddIncrement(step, options.NoiseScale * exponential.OfNoise);
    }
}
