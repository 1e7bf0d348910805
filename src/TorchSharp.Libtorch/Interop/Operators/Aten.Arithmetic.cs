namespace TorchSharp.Interop;

internal static partial class Aten
{
    public static readonly Operator add_Tensor = new("aten::add", "Tensor");
    public static readonly Operator add_Scalar = new("aten::add", "Scalar");
    public static readonly Operator add__Tensor = new("aten::add_", "Tensor");
    public static readonly Operator add__Scalar = new("aten::add_", "Scalar");
    public static readonly Operator sub_Tensor = new("aten::sub", "Tensor");
    public static readonly Operator sub__Tensor = new("aten::sub_", "Tensor");
    public static readonly Operator mul_Tensor = new("aten::mul", "Tensor");
    public static readonly Operator mul__Tensor = new("aten::mul_", "Tensor");
    public static readonly Operator floor_divide = new("aten::floor_divide");
    public static readonly Operator floor_divide__Tensor = new("aten::floor_divide_", "Tensor");
    public static readonly Operator fmod_Tensor = new("aten::fmod", "Tensor");
    public static readonly Operator remainder_Tensor = new("aten::remainder", "Tensor");
    public static readonly Operator remainder__Tensor = new("aten::remainder_", "Tensor");
    public static readonly Operator pow_Tensor_Tensor = new("aten::pow", "Tensor_Tensor");
    public static readonly Operator pow_Tensor_Scalar = new("aten::pow", "Tensor_Scalar");
    public static readonly Operator pow__Tensor = new("aten::pow_", "Tensor");
    public static readonly Operator pow__Scalar = new("aten::pow_", "Scalar");
    public static readonly Operator addcmul = new("aten::addcmul");
    public static readonly Operator addcmul_ = new("aten::addcmul_");
    public static readonly Operator addcdiv = new("aten::addcdiv");
    public static readonly Operator addcdiv_ = new("aten::addcdiv_");
    public static readonly Operator lerp_Tensor = new("aten::lerp", "Tensor");
    public static readonly Operator lerp__Tensor = new("aten::lerp_", "Tensor");
    public static readonly Operator clamp = new("aten::clamp");
    public static readonly Operator clamp_Tensor = new("aten::clamp", "Tensor");
    public static readonly Operator clamp_ = new("aten::clamp_");
    public static readonly Operator clamp__Tensor = new("aten::clamp_", "Tensor");
    public static readonly Operator clamp_min = new("aten::clamp_min");
    public static readonly Operator clamp_min_ = new("aten::clamp_min_");
    public static readonly Operator clamp_max = new("aten::clamp_max");
    public static readonly Operator clamp_max_ = new("aten::clamp_max_");
    public static readonly Operator maximum = new("aten::maximum");
    public static readonly Operator minimum = new("aten::minimum");
    public static readonly Operator fmax = new("aten::fmax");
    public static readonly Operator fmin = new("aten::fmin");
    public static readonly Operator div_Tensor = new("aten::div", "Tensor");
    public static readonly Operator div_Tensor_mode = new("aten::div", "Tensor_mode");
    public static readonly Operator div__Tensor = new("aten::div_", "Tensor");
    public static readonly Operator div__Tensor_mode = new("aten::div_", "Tensor_mode");
}
