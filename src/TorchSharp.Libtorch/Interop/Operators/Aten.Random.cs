namespace TorchSharp.Interop;

internal static partial class Aten
{
    public static readonly Operator normal_ = new("aten::normal_");
    public static readonly Operator uniform_ = new("aten::uniform_");
    public static readonly Operator random__from = new("aten::random_", "from");
    public static readonly Operator exponential_ = new("aten::exponential_");
    public static readonly Operator bernoulli = new("aten::bernoulli");
    public static readonly Operator bernoulli__float = new("aten::bernoulli_", "float");
    public static readonly Operator multinomial = new("aten::multinomial");
    public static readonly Operator poisson = new("aten::poisson");
}
