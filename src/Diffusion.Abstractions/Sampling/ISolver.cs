using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// A sampling method: one step. The engine owns the loop, the counting, the dispose scopes, cancellation and the history.
/// </summary>
/// <remarks>
/// Stateless: everything a step needs arrives in <see cref="SolverStep"/>, so one instance may serve several runs at once. Returns a fresh
/// tensor, disposes nothing that it was given; temporaries are the engine's. Coefficients are float64.
/// </remarks>
public interface ISolver
{
    /// <summary>The method's claims about itself.</summary>
    SolverTraits Traits { get; }

    /// <summary>
    /// Why the method cannot run along these levels (a step from α = 0 in λ, say), as a clause to follow the method's name; null when it can. Asked before
    /// anything runs.
    /// </summary>
    string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => null;

    /// <summary>The state at <see cref="SolverStep.To"/>, shape of <see cref="SolverStep.X"/>.</summary>
    Tensor Step(in SolverStep step, IDenoiser denoiser);
}
