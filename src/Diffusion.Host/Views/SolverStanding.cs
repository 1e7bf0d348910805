namespace Diffusion.Host.Views;

/// <summary>How a solver stands in the middle of a sweep.</summary>
/// <param name="Solver">Its label on the solver axis, or its name.</param>
/// <param name="Ended">Cells that have ended.</param>
/// <param name="Cells">Cells in all.</param>
/// <param name="Best">Its best configuration; null while none can be named.</param>
internal sealed record SolverStanding(string Solver, int Ended, int Cells, BestConfiguration? Best);
