using System.Collections.Concurrent;
using Diffusion.Core.Sampling;
using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Working;

/// <summary>
/// Runs a few steps of every kind of sampling once before it is timed: the first time, code is compiled and libraries set themselves up, which has nothing to
/// do with what a sampler costs. Safe to use from several threads.
/// </summary>
internal sealed class WarmUp
{
    private const int Levels = 4;
    private const int FewerRows = 16;
    private const int Remembered = 4096;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(0.25);

    private readonly ConcurrentDictionary<string, byte> _known = new(StringComparer.Ordinal);

    /// <summary>Warms up for a cell's sampling, unless one of its kind was sampled before.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="run">Its sampling.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public void Before(ExperimentCell cell, SamplingRun run, CancellationToken cancellationToken)
    {
        Experiment experiment = cell.Experiment;
        string kind = string.Join(
            '\n', experiment.Model.CanonicalJson, experiment.Solver.CanonicalJson, cell.DataKey, experiment.Dtype, experiment.Device);
        if (_known.Count >= Remembered || !_known.TryAdd(kind, 0))
            return;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        long rows = Math.Max(1, Math.Min(run.Samples, run.BatchSize) / FewerRows);
        IReadOnlyList<NoiseLevel> levels = run.Problem.Levels;
        SamplingRun few = run with
        {
            Problem = run.Problem with
            {
                Levels = levels.Count <= Levels
                    ? levels
                    : [.. Enumerable.Range(0, Levels).Select(i => levels[i * (levels.Count - 1) / (Levels - 1)])],
            },
            Samples = rows,
            BatchSize = rows,
            Kept = [],
        };
        try
        {
            few.Execute(limit.Token).State.Dispose();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What goes wrong with a few steps may go well with all of them, and what does not will be told then.
        }
    }
}
