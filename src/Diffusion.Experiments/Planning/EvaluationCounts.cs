using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Planning;

/// <summary>How many denoiser calls cells will take, as their solvers declare.</summary>
/// <param name="factory">Builds solvers and grids.</param>
public sealed class EvaluationCounts(ComponentFactory factory)
{
    private readonly Dictionary<Experiment, int?> _known = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(string Schedule, string Grid, string Solver, int Steps), int?> _counts = [];

    /// <summary>NFE of a sample. Null where nobody can know: an adaptive method, parts that do not fit together.</summary>
    public int? PerSample(Experiment experiment)
    {
        if (_known.TryGetValue(experiment, out int? known))
            return known;

        var key = (experiment.Schedule.CanonicalJson, experiment.Grid.CanonicalJson, experiment.Solver.CanonicalJson, experiment.Steps);
        if (!_counts.TryGetValue(key, out int? count))
            _counts[key] = count = Count(experiment);
        return _known[experiment] = count;
    }

    private int? Count(Experiment experiment)
    {
        if (experiment.Steps == 0)
            return null;
        try
        {
            using ComponentScope scope = factory.OpenScope();
            ComponentFactory components = scope.Factory;
            using ComponentActivity activity = ComponentActivity.Begin(experiment.Solver.Descriptor, "counting its evaluations", isBrief: true);
            SolverTraits traits = components.Create<ISolver>(experiment.Solver).Traits;
            return traits.IsAdaptive ? null : traits.Evaluations(components.Create<ITimeGrid>(experiment.Grid)
                .Levels(components.Create<NoiseSchedule>(experiment.Schedule), experiment.Steps));
        }
        catch (Exception)
        {
            // Parts that do not fit together, or a broken one; the cell will say so itself.
            return null;
        }
    }
}
