using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="DpmPlusPlus3MSdeSolver"/>.</summary>
public sealed record DpmPlusPlus3MSdeOptions : ComponentOptions
{
    [Description("Noise of the reverse process: 1 is the reverse SDE, 0 the probability-flow ODE. (k-diffusion's eta is the square.)")]
    [Range(0.0, 10.0)]
    public double Eta { get; init; } = 1;

    [Description("Factor on the fresh noise; other than 1 changes the law.")]
    [Range(0.0, 10.0)]
    public double NoiseScale { get; init; } = 1;
}

/// <summary>DPM-Solver++(3M) on the reverse SDE, as published. Weak order 2 in spite of its name, one evaluation a step.</summary>
/// <remarks>
/// Crowson's k-diffusion, sample_dpmpp_3m_sde. With h = λ_t − λ_s, H = (1 + η²) h, p and q the two levels before s, r_0 = (λ_s − λ_p)/h,
/// r_1 = (λ_p − λ_q)/h and the divided differences d_0 = (D_s − D_p)/r_0, d_1 = (D_p − D_q)/r_1:
/// <code>
/// x_t = (σ_t/σ_s) e^(−η² h) x_s + α_t (1 − e^(−H)) D_s + α_t φ_2 D′ − α_t φ_3 D″ + σ_t √(1 − e^(−2 η² h)) z
/// D′  = d_0 + (d_0 − d_1) r_0/(r_0 + r_1),   D″ = (d_0 − d_1)/(r_0 + r_1)
/// φ_2 = 1 − (1 − e^(−H))/H,   φ_3 = φ_2/H − ½
/// </code>
/// D″ is half the second derivative, whose partner φ_3 is not: without the factor 2 even the deterministic method (η = 0) has order 2. The first
/// step leaves out both differences, the second D″; a step to σ = 0 is x = D.
/// </remarks>
[Component(ComponentKind.Solver, "dpmpp-3m-sde", "DPM-Solver++(3M) on the reverse SDE, as published: weak order 2, one evaluation per step",
    Reference = "Lu et al. 2022b; k-diffusion")]
public sealed class DpmPlusPlus3MSdeSolver(DpmPlusPlus3MSdeOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new() { Order = 2, HistoryLength = 2, IsStochastic = options.Eta > 0 && options.NoiseScale > 0 };

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        IReadOnlyList<Evaluation> history = step.History;
        Prediction current = denoiser.Predict(step.X, from);
        if (to.IsClean)
            return current.StateAt(to.Alpha, to.Sigma);

        var exponential = new DataExponential(from, to, options.Eta);
        Tensor next = (step.X * exponential.OfState).add_(current.X0, alpha: exponential.OfData);
        if (history.Count > 0)
        {
            double phi2 = exponential.Exponent * PhiFunctions.Phi(2, -exponential.Exponent);
            double r0 = (from.HalfLogSnr - history[0].Level.HalfLogSnr) / exponential.H;
            Tensor first = (current.X0 - history[0].Prediction.X0) / r0;
            next.add_(first, alpha: to.Alpha * phi2);

            // A level without signal lies infinitely far back in λ: no difference reaches it.
            double r1 = history.Count > 1 ? (history[0].Level.HalfLogSnr - history[1].Level.HalfLogSnr) / exponential.H : double.PositiveInfinity;
            if (double.IsFinite(r1))
            {
                Tensor second = first - ((history[0].Prediction.X0 - history[1].Prediction.X0) / r1);
                double phi3 = -exponential.Exponent * PhiFunctions.Phi(3, -exponential.Exponent);
                next.add_(second, alpha: to.Alpha * ((phi2 * r0) - phi3) / (r0 + r1));
            }
        }

        return next.AddIncrement(step, options.NoiseScale * exponential.OfNoise);
    }
}
