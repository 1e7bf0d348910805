using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Joins the tensors along an existing dimension.</summary>
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Aten.cat.Call(tensors.ToArray(), dim);

    /// <inheritdoc cref="cat(IList{Tensor}, long)"/>
    public static Tensor cat(Tensor[] tensors, long dim = 0) => Aten.cat.Call(tensors, dim);

    /// <inheritdoc cref="cat(IList{Tensor}, long)"/>
    public static Tensor cat(ReadOnlySpan<Tensor> tensors, long dim = 0) => Aten.cat.Call(tensors.ToArray(), dim);

    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    public static Tensor concat(Tensor[] tensors, long dim = 0) => cat(tensors, dim);

    public static Tensor concat(ReadOnlySpan<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    /// <summary>Joins tensors of one shape along a new dimension.</summary>
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Aten.stack.Call(tensors.ToArray(), dim);

    public static Tensor hstack(params Tensor[] tensors) => Aten.hstack.Call(tensors);

    public static Tensor hstack(IList<Tensor> tensors) => Aten.hstack.Call(tensors.ToArray());

    public static Tensor hstack(IEnumerable<Tensor> tensors) => Aten.hstack.Call(tensors.ToArray());

    public static Tensor vstack(Tensor[] tensors) => Aten.vstack.Call(tensors);

    public static Tensor vstack(IList<Tensor> tensors) => Aten.vstack.Call(tensors.ToArray());

    public static Tensor dstack(params Tensor[] tensors) => Aten.dstack.Call(tensors);

    public static Tensor column_stack(params Tensor[] tensors) => Aten.column_stack.Call(tensors);

    public static Tensor block_diag(params Tensor[] tensors) => Aten.block_diag.Call(tensors);

    public static Tensor cartesian_prod(params Tensor[] tensors) => Aten.cartesian_prod.Call(tensors);

    /// <summary>The coordinate grids of the given axes.</summary>
    /// <param name="tensors">One-dimensional axes.</param>
    /// <param name="indexing"><c>ij</c> (matrix order) or <c>xy</c> (the first two swapped).</param>
    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij") =>
        Aten.meshgrid_indexing.CallList(tensors.ToArray(), indexing);

    public static IList<Tensor> broadcast_tensors(params Tensor[] tensors) => Aten.broadcast_tensors.CallList(tensors);

    /// <summary>Sums products of the tensors' elements as the subscripts say, e.g. <c>bi,ij->bj</c>.</summary>
    public static Tensor einsum(string equation, params Tensor[] tensors) => Aten.einsum.Call(equation, tensors);

    /// <summary>The p-norm distance between every row of <paramref name="x1"/> (.., P, M) and of <paramref name="x2"/> (.., R, M).</summary>
    /// <returns>(.., P, R).</returns>
    public static Tensor cdist(
        Tensor x1, Tensor x2, double p = 2,
        TorchSharp.compute_mode compute_mode = TorchSharp.compute_mode.use_mm_for_euclid_dist_if_necessary) =>
        Aten.cdist.Call(x1, x2, p, (long)compute_mode);

    /// <summary>Where each value would be inserted to keep the (innermost) sequence sorted.</summary>
    public static Tensor searchsorted(
        Tensor sorted_sequence, Tensor values, bool out_int32 = false, bool right = false, Tensor? sorter = null) =>
        Aten.searchsorted_Tensor.Call(sorted_sequence, values, out_int32, right, Arg.None, sorter);

    /// <inheritdoc cref="searchsorted(Tensor, Tensor, bool, bool, Tensor)"/>
    public static Tensor searchsorted(Tensor sorted_sequence, Scalar values, bool out_int32, bool right, Tensor? sorter) =>
        Aten.searchsorted_Scalar.Call(sorted_sequence, values, out_int32, right, Arg.None, sorter);

    public static Tensor combinations(Tensor input, int r = 2, bool with_replacement = false) =>
        Aten.combinations.Call(input, (long)r, with_replacement);

    /// <summary>Counts in <paramref name="bins"/> equal bins, and the bins' edges.</summary>
    public static (Tensor, Tensor) histogram(
        Tensor input, long bins, (double, double)? range = null, Tensor? weight = null, bool density = false) =>
        Aten.histogram_bin_ct.CallTwo(
            input, bins, range is { } ends ? new[] { ends.Item1, ends.Item2 } : Arg.None, weight, density);

    /// <summary><paramref name="x"/> where the condition holds, <paramref name="y"/> elsewhere.</summary>
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => Aten.where_self.Call(condition, x, y);
}
