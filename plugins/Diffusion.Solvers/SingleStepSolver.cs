using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>A method that evaluates within its step and keeps nothing for the next one. A step to σ = 0 takes one evaluation.</summary>
public abstract class SingleStepSolver : ISolver
{
    private protected SingleStepSolver(int order, int evaluations) =>
        Traits = new() { Order = order, EvaluationsPerStep = evaluations, EvaluationsToClean = 1 };

    /// <inheritdoc/>
    public SolverTraits Traits { get; }

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => ExponentialSteps.ObjectionToNoSignal(levels);

    /// <inheritdoc/>
    public abstract Tensor Step(in SolverStep step, IDenoiser denoiser);
}
