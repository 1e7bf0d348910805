using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Turns a failed native call into the exception TorchSharp throws, with libtorch's own message.</summary>
internal static class NativeError
{
    public static ExternalException Last() =>
        new(Marshal.PtrToStringUTF8(NativeMethods.ts_last_error()) ?? "libtorch failed without a message");

    public static void ThrowIfNegative(int result)
    {
        if (result < 0)
            throw Last();
    }

    /// <summary>Wraps a tensor handle; zero means that the call failed.</summary>
    public static torch.Tensor Tensor(nint handle) => handle == 0 ? throw Last() : new torch.Tensor(handle);
}
