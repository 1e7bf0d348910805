namespace TorchSharp.Interop;

internal static partial class Aten
{
    public static readonly Operator eq_Tensor = new("aten::eq", "Tensor");
    public static readonly Operator ne_Tensor = new("aten::ne", "Tensor");
    public static readonly Operator lt_Tensor = new("aten::lt", "Tensor");
    public static readonly Operator le_Tensor = new("aten::le", "Tensor");
    public static readonly Operator gt_Tensor = new("aten::gt", "Tensor");
    public static readonly Operator ge_Tensor = new("aten::ge", "Tensor");
    public static readonly Operator allclose = new("aten::allclose");
    public static readonly Operator isclose = new("aten::isclose");
    public static readonly Operator where_self = new("aten::where", "self");
    public static readonly Operator isin_Tensor_Tensor = new("aten::isin", "Tensor_Tensor");
    public static readonly Operator equal = new("aten::equal");
}
