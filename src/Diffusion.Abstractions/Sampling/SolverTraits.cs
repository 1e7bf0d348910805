namespace Diffusion;

/// <summary>What a solver claims about itself. The engine counts evaluations against it; tests measure the order.</summary>
public sealed record SolverTraits
{
    /// <summary>
    /// Order of global convergence as steps are added: of the probability-flow ODE for a deterministic method, weak order for a stochastic one. Null for
    /// methods whose error does not go with the number of levels (Langevin samplers, whose error is that of their step at a level).
    /// </summary>
    public required double? Order { get; init; }

    /// <summary>Order of pathwise convergence on one Brownian path, where a stochastic method declares one.</summary>
    public double? StrongOrder { get; init; }

    /// <summary>
    /// Whether the method takes all steps of σ/α for equal. Its <see cref="Order"/> is that on smooth grids where they are not; it is higher where
    /// they are, and lower where neighbouring steps keep a ratio other than 1 however fine the grid.
    /// </summary>
    public bool AssumesEqualSteps { get; init; }

    /// <summary>Denoiser calls a step.</summary>
    public int EvaluationsPerStep { get; init; } = 1;

    /// <summary>Denoiser calls of a step that ends at σ = 0, where many methods fall back to one evaluation.</summary>
    public int? EvaluationsToClean { get; init; }

    /// <summary>
    /// Denoiser calls of a whole run over its levels, for methods whose steps differ in cost (a warm-up, a corrector that the last step
    /// leaves out). Takes the place of the two figures above.
    /// </summary>
    public Func<IReadOnlyList<NoiseLevel>, int>? EvaluationsOverRun { get; init; }

    /// <summary>
    /// Whether the method's steps are controlled in a run (an <see cref="IAdaptiveSolver"/>). The figures above then hold for its uncontrolled
    /// step; what a controlled run costs is counted, not declared.
    /// </summary>
    public bool IsAdaptive { get; init; }

    /// <summary>Whether the method draws noise.</summary>
    public bool IsStochastic { get; init; }

    /// <summary>How many past evaluations the method wants to see in <see cref="SolverStep.History"/>.</summary>
    public int HistoryLength { get; init; }

    /// <summary>Denoiser calls of a whole run over <paramref name="levels"/>.</summary>
    public int Evaluations(IReadOnlyList<NoiseLevel> levels)
    {
        if (EvaluationsOverRun is { } count)
            return count(levels);

        int steps = levels.Count - 1;
        return levels[^1].IsClean && EvaluationsToClean is { } last
            ? ((steps - 1) * EvaluationsPerStep) + last
            : steps * EvaluationsPerStep;
    }
}
