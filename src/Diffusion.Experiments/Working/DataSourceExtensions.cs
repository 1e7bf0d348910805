using Diffusion.Core.Contracts;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Working;

/// <summary>Loading data that outlive the scope and the thread they were loaded on.</summary>
internal static class DataSourceExtensions
{
    /// <summary>Loads data whose tensors belong to no dispose scope.</summary>
    public static DataSet LoadDetached(this IDataSource source, CancellationToken cancellationToken)
    {
        using DisposeScope scope = NewDisposeScope();
        DataSet set = source.Load(cancellationToken).Checked(source);
        // The two may be one tensor.
        foreach (Tensor rows in new[] { set.Train, set.Reference }.Distinct<Tensor>(ReferenceEqualityComparer.Instance))
            rows.DetachFromDisposeScope();
        return set;
    }
}
