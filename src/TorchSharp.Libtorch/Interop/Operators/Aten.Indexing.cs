namespace TorchSharp.Interop;

internal static partial class Aten
{
    public static readonly Operator narrow = new("aten::narrow");
    public static readonly Operator select_int = new("aten::select", "int");
    public static readonly Operator slice_Tensor = new("aten::slice", "Tensor");
    public static readonly Operator gather = new("aten::gather");
    public static readonly Operator scatter_src = new("aten::scatter", "src");
    public static readonly Operator scatter__src = new("aten::scatter_", "src");
    public static readonly Operator scatter_add = new("aten::scatter_add");
    public static readonly Operator scatter_add_ = new("aten::scatter_add_");
    public static readonly Operator index_select = new("aten::index_select");
    public static readonly Operator index_add = new("aten::index_add");
    public static readonly Operator index_add_ = new("aten::index_add_");
    public static readonly Operator index_copy = new("aten::index_copy");
    public static readonly Operator index_copy_ = new("aten::index_copy_");
    public static readonly Operator index_fill_int_Scalar = new("aten::index_fill", "int_Scalar");
    public static readonly Operator index_fill__int_Scalar = new("aten::index_fill_", "int_Scalar");
    public static readonly Operator take = new("aten::take");
    public static readonly Operator take_along_dim = new("aten::take_along_dim");
    public static readonly Operator masked_select = new("aten::masked_select");
    public static readonly Operator masked_fill_Scalar = new("aten::masked_fill", "Scalar");
    public static readonly Operator masked_fill__Scalar = new("aten::masked_fill_", "Scalar");
    public static readonly Operator masked_scatter = new("aten::masked_scatter");
    public static readonly Operator masked_scatter_ = new("aten::masked_scatter_");
    public static readonly Operator nonzero = new("aten::nonzero");
    public static readonly Operator argwhere = new("aten::argwhere");
    public static readonly Operator sort_stable = new("aten::sort", "stable");
    public static readonly Operator argsort = new("aten::argsort");
    public static readonly Operator msort = new("aten::msort");
    public static readonly Operator topk = new("aten::topk");
    public static readonly Operator bucketize_Tensor = new("aten::bucketize", "Tensor");
    public static readonly Operator index_Tensor = new("aten::index", "Tensor");
    public static readonly Operator index_put_ = new("aten::index_put_");
}
