using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="EulerAncestralSolver"/>.</summary>
public sealed record EulerAncestralOptions : ComponentOptions
{
    [Description("Share of fresh noise: 0 is deterministic, 1 the ancestral step; above 1 as much as the level holds.")]
    [Range(0.0, 10.0)]
    public double Eta { get; init; } = 1;

    [Description("Factor on the fresh noise; other than 1 changes the law.")]
    [Range(0.0, 10.0)]
    public double NoiseScale { get; init; } = 1;
}

/// <summary>Euler's method in σ/α down to less noise than asked for, then fresh noise. Weak order 1, one evaluation a step.</summary>
/// <remarks>
/// Crowson's k-diffusion, sample_euler_ancestral, for any α and σ:
/// <code>
/// x_t = α_t D(x_s, s) + σ_down ε̂ + σ_up z
/// σ_up = min(σ_t, η σ_t √(1 − (α_s σ_t / α_t σ_s)²)),   σ_down² = σ_t² − σ_up²
/// </code>
/// At 0 ≤ η ≤ 1 this is DDIM of the same η. Holds at both ends: α_s = 0 and σ_t = 0.
/// </remarks>
[Component(ComponentKind.Solver, "euler-ancestral", "Euler's method with fresh noise at every level: order 1, one evaluation a step",
    Reference = "Song, Meng & Ermon 2021, eq. 16; k-diffusion")]
public sealed class EulerAncestralSolver(EulerAncestralOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new()
    {
        Order = 1,
        StrongOrder = options.Eta > 0 ? 1 : null,
        IsStochastic = options.Eta > 0 && options.NoiseScale > 0,
    };

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        AncestralSplit split = AncestralSplit.Between(step.From, step.To, options.Eta);
        Tensor next = denoiser.Predict(step.X, step.From).StateAt(step.To.Alpha, split.Down);
        return next.AddIncrement(step, options.NoiseScale * split.Up);
    }
}
