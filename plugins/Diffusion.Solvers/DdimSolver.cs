using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="DdimSolver"/>.</summary>
public sealed record DdimOptions : ComponentOptions
{
    [Description("Share of fresh noise: 0 is deterministic, 1 is DDPM's ancestral sampler.")]
    [Range(0.0, 1.0)]
    public double Eta { get; init; }
}

/// <summary>Denoising diffusion implicit model. Order 1, one evaluation a step.</summary>
/// <remarks>
/// Song, Meng &amp; Ermon 2021, "Denoising diffusion implicit models", eq. 12 and 16, for any α and σ:
/// <code>
/// x_t = α_t D(x_s, s) + √(σ_t² − ς²) ε̂(x_s, s) + ς z,   ς² = η² σ_t² (1 − (α_s σ_t / α_t σ_s)²)
/// </code>
/// ς² at η = 1 is the variance of q(x_t | x_s, x_0): DDPM's ancestral step (Ho et al. 2020, eq. 7), k-diffusion's "euler ancestral".
/// At η = 0 this is DPM-Solver-1 and Euler's method in σ/α. Holds at both ends: α_s = 0 and σ_t = 0.
/// </remarks>
[Component(ComponentKind.Solver, "ddim", "Denoising diffusion implicit model, up to DDPM at eta = 1: order 1, one evaluation per step",
    Reference = "Song, Meng & Ermon 2021, eq. 12", Aliases = ["dpm-solver-1"])]
[Variant("eta=1")]
[Variant("eta=0.5")]
public sealed class DdimSolver(DdimOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new() { Order = 1, StrongOrder = options.Eta > 0 ? 1 : null, IsStochastic = options.Eta > 0 };

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        Prediction prediction = denoiser.Predict(step.X, from);
        double ratio = from.Alpha * to.Sigma / (to.Alpha * from.Sigma);
        double freshShare = options.Eta * options.Eta * (1 - ratio) * (1 + ratio);
        Tensor next = prediction.StateAt(to.Alpha, to.Sigma * Math.Sqrt(1 - freshShare));
        double fresh = to.Sigma * Math.Sqrt(freshShare);
        return fresh == 0 ? next : next.add_(step.Noise.BrownianIncrement(from, to, step.X), alpha: fresh);
    }
}
