using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Working;

namespace Diffusion.Experiments.Forecasting;

/// <summary>How many states cells will store beside their samples.</summary>
/// <param name="factory">Builds grids.</param>
internal sealed class KeptCounts(ComponentFactory factory)
{
    private readonly Dictionary<Experiment, int> _known = new(ReferenceEqualityComparer.Instance);

    /// <summary>The number of states; 0 where nothing is kept or nobody can know.</summary>
    public int States(Experiment experiment)
    {
        if (experiment.Keep is null)
            return 0;
        if (!_known.TryGetValue(experiment, out int count))
            _known[experiment] = count = Count(experiment);
        return count;
    }

    private int Count(Experiment experiment)
    {
        try
        {
            using ComponentScope scope = factory.OpenScope();
            using ComponentActivity activity = ComponentActivity.Begin(experiment.Solver.Descriptor, "counting what is kept of its way", isBrief: true);
            return KeptLevels.Place(experiment, scope.Factory).Places.Count;
        }
        catch (Exception)
        {
            // Parts that do not fit together, or a broken one; the cell will say so itself.
            return 0;
        }
    }
}
