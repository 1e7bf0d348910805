namespace Diffusion.Experiments.Planning;

/// <summary>
/// The order in which cells start: cheap ones first, turn by turn over the solvers, so that a sweep that is stopped is a balanced comparison still.
/// </summary>
public static class ExecutionOrder
{
    /// <summary>Orders cells. The order depends on nothing but the cells, and results do not depend on it.</summary>
    /// <param name="cells">The cells, in the plan's order.</param>
    /// <param name="counts">What they cost.</param>
    public static IReadOnlyList<ExperimentCell> Arrange(IEnumerable<ExperimentCell> cells, EvaluationCounts counts) =>
    [
        .. cells
            .GroupBy(cell => CostClass(cell.Experiment, counts))
            .OrderBy(group => group.Key)
            // Of cells that cost about the same, each configuration comes once before any comes again.
            .SelectMany(group => group.GroupBy(cell => cell.Number).OrderBy(repeat => repeat.Key.Sampling).ThenBy(repeat => repeat.Key.Training))
            .SelectMany(TurnByTurn),
    ];

    private static IEnumerable<ExperimentCell> TurnByTurn(IEnumerable<ExperimentCell> cells)
    {
        ExperimentCell[][] bySolver = [.. cells.GroupBy(cell => cell.Experiment.Method.CanonicalJson).Select(group => group.ToArray())];
        for (int turn = 0; turn < bySolver.Max(own => own.Length); turn++)
        {
            foreach (ExperimentCell[] own in bySolver)
            {
                if (turn < own.Length)
                    yield return own[turn];
            }
        }
    }

    // Doublings of the work; what nobody can know comes last.
    private static int CostClass(Experiment experiment, EvaluationCounts counts) =>
        counts.PerSample(experiment) is { } evaluations ? (int)Math.Log2((double)evaluations * experiment.Samples) : int.MaxValue;
}
