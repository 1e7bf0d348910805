using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Working;

/// <summary>The data of a plan's cells, each read or drawn once, when first asked for. Safe to use from several threads.</summary>
internal sealed class PlanData(ComponentFactory factory)
{
    private readonly Dictionary<string, Lazy<DataSet>> _sets = new(StringComparer.Ordinal);

    /// <summary>The data of a cell.</summary>
    public DataSet this[ExperimentCell cell] => Get(cell, CancellationToken.None);

    /// <summary>The data of a cell.</summary>
    /// <exception cref="OperationCanceledException">The token of whoever asked for them first was cancelled.</exception>
    public DataSet Get(ExperimentCell cell, CancellationToken cancellationToken)
    {
        Lazy<DataSet>? set;
        lock (_sets)
        {
            if (!_sets.TryGetValue(cell.DataKey, out set))
                _sets[cell.DataKey] = set = new(() => Load(cell.Experiment.Data, cancellationToken));
        }

        return set.Value;
    }

    private DataSet Load(ComponentChoice choice, CancellationToken cancellationToken)
    {
        using ComponentScope scope = factory.OpenScope();
        IDataSource source = scope.Factory.Create<IDataSource>(choice);
        using ComponentActivity activity = ComponentActivity.Begin(choice.Descriptor, "reading the data", isBrief: false);
        try
        {
            return source.LoadDetached(cancellationToken);
        }
        catch (Exception e) when (e is not (ArgumentException or IOException or InvalidDataException or UnauthorizedAccessException or OperationCanceledException))
        {
            throw ComponentException.Of(choice.Descriptor, "reading the data", e);
        }
    }
}
