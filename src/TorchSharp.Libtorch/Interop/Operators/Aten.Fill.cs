namespace TorchSharp.Interop;

internal static partial class Aten
{
    public static readonly Operator fill__Scalar = new("aten::fill_", "Scalar");
    public static readonly Operator zero_ = new("aten::zero_");
    public static readonly Operator copy_ = new("aten::copy_");
    public static readonly Operator set__source_Tensor = new("aten::set_", "source_Tensor");
    public static readonly Operator clone = new("aten::clone");
    public static readonly Operator detach = new("aten::detach");
    public static readonly Operator detach_ = new("aten::detach_");
    public static readonly Operator zeros_like = new("aten::zeros_like");
    public static readonly Operator ones_like = new("aten::ones_like");
    public static readonly Operator empty_like = new("aten::empty_like");
    public static readonly Operator rand_like = new("aten::rand_like");
    public static readonly Operator randn_like = new("aten::randn_like");
    public static readonly Operator full_like = new("aten::full_like");
    public static readonly Operator randint_like_low_dtype = new("aten::randint_like", "low_dtype");
}
