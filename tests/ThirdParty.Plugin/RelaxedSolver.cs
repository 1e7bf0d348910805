using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion;

using static TorchSharp.torch;

namespace ThirdParty.Plugin;

/// <summary>Options of <see cref="RelaxedSolver"/>.</summary>
public sealed record RelaxedOptions : ComponentOptions
{
    [Description("Share of the predicted noise that is kept: 1 is the deterministic step.")]
    [Range(0, 1)]
    public double Keep { get; init; } = 1;
}

/// <summary>x_t = α_t D + κ σ_t ε̂: the deterministic step with part of the noise left out.</summary>
[Component(ComponentKind.Solver, "relaxed", "A stranger's solver: the deterministic step with part of the noise left out")]
public sealed class RelaxedSolver(RelaxedOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new() { Order = 1 };

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        Prediction prediction = denoiser.Predict(step.X, step.From);
        return (prediction.X0 * step.To.Alpha).add_(prediction.Epsilon, alpha: options.Keep * step.To.Sigma);
    }
}
