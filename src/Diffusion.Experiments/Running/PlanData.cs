using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Running;

/// <summary>The data of a plan's cells, each read or drawn once, when first asked for. Safe to use from several threads.</summary>
internal sealed class PlanData(ComponentFactory factory)
{
    private readonly Dictionary<string, Lazy<DataSet>> _sets = new(StringComparer.Ordinal);

    /// <summary>The data of a cell.</summary>
    public DataSet this[ExperimentCell cell]
    {
        get
        {
            Lazy<DataSet>? set;
            lock (_sets)
            {
                if (!_sets.TryGetValue(cell.DataKey, out set))
                    _sets[cell.DataKey] = set = new(() => factory.Create<IDataSource>(cell.Experiment.Data).LoadDetached());
            }

            return set.Value;
        }
    }
}
