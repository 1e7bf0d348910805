using System.Collections.Concurrent;
using Diffusion.Core.Errors;
using Diffusion.Core.Sampling;
using Diffusion.Experiments.Planning;
using Diffusion.Numerics;

namespace Diffusion.Experiments.Working;

/// <summary>
/// The ends of reference paths that cells share: a stochastic method's do not depend on the steps of the cell, and a deterministic one's not on the method
/// either. Safe to use from several threads.
/// </summary>
internal sealed class KnownPaths
{
    // 128 MB.
    private const long MostNumbers = 1 << 24;

    private readonly ConcurrentDictionary<string, (double[] States, double[] Coarser)> _known = new(StringComparer.Ordinal);
    private long _numbers;

    /// <summary>The paths of a cell, followed once for all cells that have the same.</summary>
    public IReferencePaths Remember(ExperimentCell cell, SamplingProblem problem, ReferencePaths paths) =>
        new Remembering(this, KeyOf(cell, problem, paths), paths);

    private static string KeyOf(ExperimentCell cell, SamplingProblem problem, ReferencePaths paths)
    {
        Experiment experiment = cell.Experiment;
        var range = ControlledRange.FromGrid(problem.Levels, problem.Schedule);
        string method = problem.Solver.Traits.IsStochastic ? $"{experiment.Solver.CanonicalJson}\n{experiment.Grid.CanonicalJson}" : "";
        return string.Join('\n', [
            cell.DataKey, $"{cell.TrainingKey}", experiment.Model.CanonicalJson, experiment.Schedule.CanonicalJson, method, $"{range} {problem.Levels[^1]}",
            $"{experiment.Start} {experiment.Dtype} {experiment.Device} {paths.Noise}",
        ]);
    }

    private ReferenceEnds Find(string key, ReferencePaths paths, ReferencePathSettings settings)
    {
        string own = $"{key}\n{settings}";
        long[] shape = [settings.Samples, .. paths.Shape];
        if (!_known.TryGetValue(own, out (double[] States, double[] Coarser) known))
        {
            ReferenceEnds ends = paths.Ends(settings);
            known = (HostNumbers.ToArray(ends.States), HostNumbers.ToArray(ends.Coarser));
            if (Interlocked.Add(ref _numbers, 2L * known.States.Length) > MostNumbers)
            {
                _known.Clear();
                Interlocked.Exchange(ref _numbers, 2L * known.States.Length);
            }

            _known[own] = known;
        }

        return new(HostNumbers.ToTensor(known.States, shape), HostNumbers.ToTensor(known.Coarser, shape));
    }

    private sealed class Remembering(KnownPaths known, string key, ReferencePaths paths) : IReferencePaths
    {
        public ReferenceEnds Ends(ReferencePathSettings settings) => known.Find(key, paths, settings);
    }
}
