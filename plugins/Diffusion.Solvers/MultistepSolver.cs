using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>A method whose steps are made of the evaluation at their start and of those before it.</summary>
public abstract class MultistepSolver : ISolver
{
    private readonly MultistepPlan _plan;

    private protected MultistepSolver(int order, StartUp startUp, bool lowerOrderFinal) => _plan = new(order, startUp, lowerOrderFinal);

    /// <inheritdoc/>
    public SolverTraits Traits => _plan.Traits();

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => _plan.Objection(levels);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser) => _plan.Step(step, denoiser, Advance);

    /// <inheritdoc cref="MultistepFormula"/>
    private protected abstract Tensor Advance(in SolverStep step, IReadOnlyList<Evaluation> estimates);
}
