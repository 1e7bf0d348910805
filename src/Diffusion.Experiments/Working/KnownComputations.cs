using System.Collections.Concurrent;
using Diffusion.Core.Errors;
using Diffusion.Core.Laws;
using Diffusion.Core.Sampling;
using Diffusion.Experiments.Planning;
using Diffusion.Numerics;

namespace Diffusion.Experiments.Working;

/// <summary>
/// What cells share of the computations about their samplers. Laws are the same in all repeats; reference paths of a stochastic method do not depend on the
/// steps of the cell, and those of a deterministic one not on the method either. Safe to use from several threads.
/// </summary>
internal sealed class KnownComputations
{
    // 128 MB.
    private const long MostNumbers = 1 << 24;
    private const int MostLaws = 4096;

    private readonly ConcurrentDictionary<string, (double[] States, double[] Coarser)> _paths = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SamplerLawValues> _laws = new(StringComparer.Ordinal);
    private long _numbers;

    /// <summary>The paths of a cell, followed once for all cells that have the same.</summary>
    public IReferencePaths Paths(ExperimentCell cell, SamplingProblem problem, ReferencePaths paths)
    {
        Experiment experiment = cell.Experiment;
        var range = ControlledRange.FromGrid(problem.Levels, problem.Schedule);
        string method = problem.Solver.Traits.IsStochastic ? $"{experiment.Solver.CanonicalJson}\n{experiment.Grid.CanonicalJson}" : "";
        return new KnownPaths(this, string.Join('\n', [ModelKey(cell), method, $"{range} {problem.Levels[^1]}", $"{paths.Noise}"]), paths);
    }

    /// <summary>The law of a cell's sampler, computed once for all cells that have the same.</summary>
    public ISamplerLaw Law(ExperimentCell cell, SamplerLaw law) => new KnownLaw(this, LawKey(cell), law);

    /// <summary>What cells have in common that have the same law.</summary>
    public static string LawKey(ExperimentCell cell) =>
        string.Join('\n', [ModelKey(cell), cell.Experiment.Solver.CanonicalJson, cell.Experiment.Grid.CanonicalJson, $"{cell.Experiment.Steps}"]);

    /// <summary>Everything around the method, but the seed.</summary>
    public static string ModelKey(ExperimentCell cell)
    {
        Experiment experiment = cell.Experiment;
        return string.Join('\n', [
            cell.DataKey, $"{cell.TrainingKey}", experiment.Model.CanonicalJson, experiment.Schedule.CanonicalJson,
            $"{experiment.Start} {experiment.Dtype} {experiment.Device}",
        ]);
    }

    private ReferenceEnds Ends(string key, ReferencePaths paths, ReferencePathSettings settings)
    {
        string own = $"{key}\n{settings}";
        long[] shape = [settings.Samples, .. paths.Shape];
        if (!_paths.TryGetValue(own, out (double[] States, double[] Coarser) known))
        {
            ReferenceEnds ends = paths.Ends(settings);
            known = (HostNumbers.ToArray(ends.States), HostNumbers.ToArray(ends.Coarser));
            if (Interlocked.Add(ref _numbers, 2L * known.States.Length) > MostNumbers)
            {
                _paths.Clear();
                Interlocked.Exchange(ref _numbers, 2L * known.States.Length);
            }

            _paths[own] = known;
        }

        return new(HostNumbers.ToTensor(known.States, shape), HostNumbers.ToTensor(known.Coarser, shape));
    }

    private SamplerLawValues Compare(string key, SamplerLaw law, SamplerLawSettings settings)
    {
        string own = $"{key}\n{settings}";
        if (_laws.TryGetValue(own, out SamplerLawValues? known))
            return known;
        if (_laws.Count >= MostLaws)
            _laws.Clear();
        return _laws[own] = law.Compare(settings);
    }

    private sealed class KnownPaths(KnownComputations known, string key, ReferencePaths paths) : IReferencePaths
    {
        public ReferenceEnds Ends(ReferencePathSettings settings) => known.Ends(key, paths, settings);
    }

    private sealed class KnownLaw(KnownComputations known, string key, SamplerLaw law) : ISamplerLaw
    {
        public SamplerLawValues Compare(SamplerLawSettings settings) => known.Compare(key, law, settings);
    }
}
