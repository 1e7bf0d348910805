using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>An argument or result as the shim sees it. Mirrors <c>ts::Arg</c> in <c>Native/shim.h</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeArg
{
    /// <summary>An integer, the bits of a double, or a pointer.</summary>
    public long Bits;
    public ArgKind Kind;
    public int Count;

    public readonly nint Pointer => (nint)Bits;
}
