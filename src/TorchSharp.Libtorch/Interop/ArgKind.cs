namespace TorchSharp.Interop;

/// <summary>What an argument of a native call holds. Mirrors <c>ts::Kind</c> in <c>Native/shim.h</c>.</summary>
internal enum ArgKind
{
    None,
    Tensor,
    Int,
    Double,
    Bool,
    IntList,
    TensorList,
    String,
    Device,
    Generator,
    OptionalTensorList,
    DoubleList,
    BoolList,
    Number,
    IntNumber,
    BoolNumber,
}
