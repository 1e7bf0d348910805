namespace TorchSharp.Interop;

internal static partial class Aten
{
    public static readonly Operator zeros = new("aten::zeros");
    public static readonly Operator ones = new("aten::ones");
    public static readonly Operator rand_generator = new("aten::rand", "generator");
    public static readonly Operator randn_generator = new("aten::randn", "generator");
    public static readonly Operator full = new("aten::full");
    public static readonly Operator empty_memory_format = new("aten::empty", "memory_format");
    public static readonly Operator randint_low_generator = new("aten::randint", "low_generator");
    public static readonly Operator arange_start_step = new("aten::arange", "start_step");
    public static readonly Operator linspace = new("aten::linspace");
    public static readonly Operator logspace = new("aten::logspace");
    public static readonly Operator eye_m = new("aten::eye", "m");
    public static readonly Operator randperm_generator = new("aten::randperm", "generator");
    public static readonly Operator normal_Tensor_Tensor = new("aten::normal", "Tensor_Tensor");
    public static readonly Operator tril_indices = new("aten::tril_indices");
    public static readonly Operator triu_indices = new("aten::triu_indices");
}
