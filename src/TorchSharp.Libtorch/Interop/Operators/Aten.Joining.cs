namespace TorchSharp.Interop;

internal static partial class Aten
{
    public static readonly Operator cat = new("aten::cat");
    public static readonly Operator stack = new("aten::stack");
    public static readonly Operator meshgrid_indexing = new("aten::meshgrid", "indexing");
    public static readonly Operator cartesian_prod = new("aten::cartesian_prod");
    public static readonly Operator hstack = new("aten::hstack");
    public static readonly Operator vstack = new("aten::vstack");
    public static readonly Operator dstack = new("aten::dstack");
    public static readonly Operator column_stack = new("aten::column_stack");
    public static readonly Operator broadcast_tensors = new("aten::broadcast_tensors");
    public static readonly Operator block_diag = new("aten::block_diag");
    public static readonly Operator einsum = new("aten::einsum");
    public static readonly Operator cdist = new("aten::cdist");
    public static readonly Operator searchsorted_Tensor = new("aten::searchsorted", "Tensor");
    public static readonly Operator searchsorted_Scalar = new("aten::searchsorted", "Scalar");
    public static readonly Operator histogram_bin_ct = new("aten::histogram", "bin_ct");
    public static readonly Operator combinations = new("aten::combinations");
}
