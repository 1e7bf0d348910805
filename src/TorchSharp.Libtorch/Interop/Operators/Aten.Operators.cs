namespace TorchSharp.Interop;

internal static partial class Aten
{

}
