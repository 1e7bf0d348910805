using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Working;

namespace Diffusion.Experiments.Forecasting;

/// <summary>How many states cells will store beside their samples, and how many of these are measured.</summary>
/// <param name="factory">Builds grids.</param>
internal sealed class KeptCounts(ComponentFactory factory)
{
    private readonly Dictionary<Experiment, (int Stored, int Measured)> _known = new(ReferenceEqualityComparer.Instance);

    /// <summary>The number of states; 0 where nothing is kept or nobody can know.</summary>
    public int States(Experiment experiment) => Of(experiment).Stored;

    /// <summary>The number of states that metrics are asked about; 0 where nothing is kept or nobody can know.</summary>
    public int Measured(Experiment experiment) => Of(experiment).Measured;

    private (int Stored, int Measured) Of(Experiment experiment)
    {
        if (experiment.Keep is null)
            return default;
        if (!_known.TryGetValue(experiment, out (int Stored, int Measured) count))
            _known[experiment] = count = Count(experiment);
        return count;
    }

    private (int Stored, int Measured) Count(Experiment experiment)
    {
        try
        {
            using ComponentScope scope = factory.OpenScope();
            using ComponentActivity activity = ComponentActivity.Begin(experiment.Solver.Descriptor, "counting what is kept of its way", isBrief: true);
            var kept = KeptLevels.Place(experiment, scope.Factory);
            return (kept.Places.Count, kept.Measured.DistinctBy(measured => measured.Place).Count());
        }
        catch (Exception)
        {
            // Parts that do not fit together, or a broken one; the cell will say so itself.
            return default;
        }
    }
}
