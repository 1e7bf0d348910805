using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="ExponentialItoSolver"/>.</summary>
public sealed record ExponentialItoOptions : ComponentOptions
{
    [Description("Noise of the reverse process: 1 is the reverse SDE, 0 the probability-flow ODE, between and above the family with the same marginals.")]
    [Range(0.0, 10.0)]
    public double Eta { get; init; } = 1;

    [Description("Divides the score: below 1 samples crowd at the modes, above 1 they spread. 1 is the process itself.")]
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double Temperature { get; init; } = 1;
}

/// <summary>The exponential Itô step on the noise prediction (SDE-DPM-Solver-1, SEEDS-1). Weak order 1, one evaluation a step.</summary>
/// <remarks>
/// Lu et al. 2022b, "DPM-Solver++: fast solver for guided sampling of diffusion probabilistic models", eq. 17; Gonzalez et al. 2023, "SEEDS",
/// eq. 14 (both η = 1). In x/α the linear part is gone and the noise is Brownian motion on the clock (σ/α)², so that with ε̂ held constant
/// <code>
/// x_t = (α_t/α_s) x_s − ((1 + η²)/T) (α_t σ_s/α_s − σ_t) ε̂(x_s, s) + η α_t √((σ_s/α_s)² − (σ_t/α_t)²) z
/// </code>
/// without error in the noise. At η = 0 and T = 1 this is DDIM. A step to σ = 0 is x = D. A process that starts at α = 0 has no such step.
/// </remarks>
[Component(ComponentKind.Solver, "exponential-ito", "Exponential Itô step on the noise prediction: weak order 1, one evaluation per step",
    Reference = "Lu et al. 2022b, eq. 17", Aliases = ["sde-dpm-solver-1", "seeds-1"])]
[Variant("eta=0.5")]
public sealed class ExponentialItoSolver(ExponentialItoOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new() { Order = 1, StrongOrder = options.Eta > 0 ? 1 : null, IsStochastic = options.Eta > 0 };

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => NoiseExponential.Objection(levels);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        Prediction prediction = denoiser.Predict(step.X, from);
        if (to.IsClean)
            return prediction.StateAt(to.Alpha, to.Sigma);

        var exponential = new NoiseExponential(from, to, options.Eta);
        double ofNoise = exponential.OfNoise / options.Temperature;
        return prediction.Combine(_ => exponential.OfState, _ => 0, _ => ofNoise).AddIncrement(step, exponential.OfFresh);
    }
}
