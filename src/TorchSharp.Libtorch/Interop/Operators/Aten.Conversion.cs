namespace TorchSharp.Interop;

internal static partial class Aten
{
    public static readonly Operator to_dtype_layout = new("aten::to", "dtype_layout");
    public static readonly Operator item = new("aten::item");
    public static readonly Operator is_nonzero = new("aten::is_nonzero");
    public static readonly Operator numpy_T = new("aten::numpy_T");
    public static readonly Operator mT = new("aten::mT");
}
